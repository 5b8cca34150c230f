"""How patients are allocated to the arms."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulate.frozen import Frozen

Part = Annotated[int, Field(ge=1, le=100)]


class Allocation(Frozen):
    """Ratio of patients between the arms, 1:1 by default."""

    control: Part = 1
    """Part of the control arm, a whole number."""
    rt: Part = 1
    """Part of the radiotherapy arm, a whole number."""

    def total(self) -> int:
        """Sum of the parts: the smallest balanced block."""
        return self.control + self.rt


class Randomisation(Frozen):
    """Method of randomisation."""

    kind: Literal["simple", "blocks", "minimisation", "alternating"]
    """Independent allocations, permuted blocks, minimisation (Pocock & Simon), or a fixed order."""
    block_sizes: Annotated[
        tuple[Annotated[int, Field(ge=2, le=1000)], ...], Field(strict=False, max_length=20)
    ] = ()
    """Sizes of blocks, multiples of the allocation's sum; several are drawn at random."""
    stratified: bool = False
    """Whether each stratum has blocks of its own."""
    probability: Annotated[float, Field(ge=0.5, le=1)] = 0.8
    """Minimisation: probability of the arm that reduces imbalance."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        blocks = self.kind == "blocks"
        if blocks and not self.block_sizes:
            raise ValueError('block_sizes is missing; kind "blocks" needs sizes, as in [4, 6]')
        if self.block_sizes and not blocks:
            raise ValueError(
                f'block_sizes is {list(self.block_sizes)} with kind "{self.kind}"; only "blocks" '
                "has sizes, drop them or change kind"
            )
        if self.stratified and not blocks:
            raise ValueError(
                f'stratified is true with kind "{self.kind}"; only "blocks" can be stratified, '
                "set it to false or change kind"
            )
        return self
