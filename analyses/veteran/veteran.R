# Writes the example of this folder from the veteran data of R's survival package: the Veterans'
# Administration trial of chemotherapy in inoperable lung cancer (Kalbfleisch & Prentice 1980, The
# Statistical Analysis of Failure Time Data). Run in this folder: Rscript veteran.R
suppressPackageStartupMessages(library(survival))
set.seed(1980)

DAYS <- 30.4375
PIXELS <- 500
ARMS <- c("control", "rt")
source_line <- sprintf(
  "# From the veteran data of R's survival package %s; control is standard chemotherapy, rt the test one",
  packageVersion("survival"))

patients <- data.frame(
  time = round(veteran$time / DAYS, 4), event = veteran$status, arm = ARMS[veteran$trt],
  age = veteran$age, karnofsky = veteran$karno, celltype = as.character(veteran$celltype)
)

read_off <- function(arm) {
  rows <- patients[patients$arm == arm, ]
  fit <- survfit(Surv(time, event) ~ 1, data = rows)
  last <- max(rows$time)
  column <- seq(0, max(patients$time), length.out = PIXELS + 1)
  month <- c(column[column < last], last)
  survival <- summary(fit, times = month, extend = TRUE)$surv
  pixel <- round(survival * PIXELS) / PIXELS + runif(length(month), -0.001, 0.001)
  data.frame(arm = arm, time = sprintf("%.4f", month),
             survival = sprintf("%.4f", pmin(pmax(pixel, 0), 1)))
}

at_risk <- function(arm) {
  month <- seq(0, 30, by = 3)
  count <- vapply(month, function(t) sum(patients$time[patients$arm == arm] >= t), 1)
  kept <- count > 0
  data.frame(arm = arm, time = month[kept], at_risk = count[kept])
}

write_example <- function(table, file) {
  writeLines(source_line, file)
  suppressWarnings(write.table(table, file, append = TRUE, sep = ",", quote = FALSE,
                               row.names = FALSE))
}

write_example(patients, "patients.csv")
write_example(do.call(rbind, lapply(ARMS, read_off)), "curves.csv")
write_example(do.call(rbind, lapply(ARMS, at_risk)), "at_risk.csv")

first_at_half <- function(arm) {
  fit <- survfit(Surv(time, event) ~ 1, data = patients[patients$arm == arm, ])
  min(fit$time[fit$surv <= 0.5 + 1e-9])
}
cat(sprintf("median %s %.2f\n", ARMS, vapply(ARMS, first_at_half, 1)), sep = "")
print(summary(coxph(Surv(time, event) ~ arm, data = patients, ties = "breslow")))
