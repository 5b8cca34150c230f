"""The look of the HTML report: a plain page that reads on paper, on a phone and without colours."""

# Text on its ground has a contrast of 7:1 or more; verdicts are words first, colours second.
STYLE = """
:root { --ink: #1a1a1a; --muted: #4d4d4d; --rule: #c8c8c8; --ground: #ffffff; --soft: #f4f6f8;
        --blue: #0b4f8a; --orange: #8a4a00; }
* { box-sizing: border-box; }
html { font-size: 100%; -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 62rem; color: var(--ink);
       background: var(--ground); line-height: 1.5;
       font-family: "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 3rem 0 0.5rem; padding-top: 0.75rem;
     border-top: 3px solid var(--blue); }
h3 { font-size: 1.15rem; margin: 2rem 0 0.5rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 0.35rem; }
p, li { max-width: 46rem; overflow-wrap: anywhere; }
p { margin: 0.4rem 0 0.8rem; }
ul { margin: 0.4rem 0 0.8rem; padding-left: 1.25rem; }
a { color: var(--blue); }
.lead { font-size: 1.08rem; color: var(--muted); }
.key { color: var(--muted); font-weight: normal; margin-right: 0.4rem; }
.ready p { margin: 0 0 0.6rem; }
.ready p:last-child { margin: 0; }
.ready { margin: 0.6rem 0 1rem; border-left: 4px solid var(--blue); background: var(--soft);
         padding: 0.75rem 1rem; max-width: 48rem; }
.missing { color: var(--orange); font-weight: 600; }
.warning { border: 2px solid var(--orange); color: var(--orange); padding: 0.6rem 1rem;
           font-weight: 600; max-width: 48rem; }
.wide { overflow-x: auto; margin: 0.25rem 0 1.25rem; }
.caption { color: var(--muted); font-size: 0.875rem; margin: 0.9rem 0 0; }
table { border-collapse: collapse; font-size: 0.875rem; line-height: 1.35;
        font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.28rem 0.8rem 0.28rem 0;
         border-bottom: 1px solid var(--rule); }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--ink); }
th[scope=row] { font-weight: normal; min-width: 6rem; }
th[scope=row].number { min-width: 0; }
.number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
td.words { min-width: 9rem; max-width: 34rem; }
figure { margin: 1rem 0 1.5rem; }
figure img { display: block; max-width: 100%; height: auto; background: #ffffff; }
figcaption { font-size: 0.875rem; color: var(--muted); max-width: 46rem; }
pre { background: var(--soft); border: 1px solid var(--rule); padding: 0.6rem 0.8rem;
      font-size: 0.8rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.long { max-height: 24rem; overflow: auto; }
.items { columns: 18rem; column-gap: 2rem; list-style: none; padding-left: 0; font-size: 0.9rem; }
.items li { break-inside: avoid; }
nav ul { list-style: none; padding-left: 0; }
nav ul ul { padding-left: 1.25rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: 0.75rem;
         font-size: 0.875rem; color: var(--muted); }
@media (max-width: 40rem) {
  body { padding: 1rem 0.9rem 3rem; }
  h1 { font-size: 1.5rem; }
  h2 { font-size: 1.25rem; }
  table.wordy, .wordy tbody, .wordy tr, .wordy td, .wordy th[scope=row] { display: block; }
  .wordy thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
                 clip-path: inset(50%); }
  .wordy tr { border-bottom: 1px solid var(--rule); padding: 0.35rem 0; }
  .wordy td, .wordy th[scope=row] { border: 0; padding: 0.05rem 0; max-width: none;
                                    text-align: left; overflow-wrap: anywhere; }
  .wordy th[scope=row] { font-weight: 600; }
  .wordy td::before { content: attr(data-label) ": "; color: var(--muted); }
}
@media print {
  @page { size: A4; margin: 18mm 16mm; }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  h2 { break-before: page; margin-top: 0; }
  section:first-child > h2 { break-before: auto; }
  nav { display: none; }
  h2, h3, h4, .caption { break-after: avoid; }
  tr, figure, .ready, .warning { break-inside: avoid; }
  p, li, figcaption, .ready { max-width: none; }
  table { font-size: 7.5pt; }
  .caption, figcaption { font-size: 8pt; }
  th, td { padding: 0.15rem 0.45rem 0.15rem 0; }
  td.words { min-width: 0; }
  .wide { overflow: visible; }
  figure img { max-height: 200mm; max-width: 100%; }
  pre, pre.long { font-size: 7pt; max-height: none; overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
"""
