"""Floating-point numbers as bits: uniforms and logarithms that compile to vector instructions."""

# ruff: noqa: ANN401 - the compiler's own objects are untyped

import math
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from models.compiled import lean_inlined

MANTISSA = np.uint64(0x000FFFFFFFFFFFFF)
ONE = np.uint64(0x3FF0000000000000)
TWO_TO_52 = np.uint64(0x4330000000000000)
S12, S52 = np.uint64(12), np.uint64(52)
EXPONENT_BIAS = 2.0**52 + 1023.0
HALF_ULP = 2.0**-53
ROUND = 1.5 * 2.0**52
EXPONENT_ONE = np.uint64(1023)
LOG_2_HIGH = float.fromhex("0x1.62e42fee00000p-1")
LOG_2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
ROOT_2, LOG_2 = math.sqrt(2.0), math.log(2.0)


def _bitcast(source: Any, target: Any, llvm: Any) -> Any:
    """Make an intrinsic that reads the bits of one type as another."""

    def typed(typing_context: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], llvm)

        return target(source), generate

    return cast(Any, intrinsic)(typed)


as_float = _bitcast(types.uint64, types.float64, ir.DoubleType())
as_bits = _bitcast(types.float64, types.uint64, ir.IntType(64))


@lean_inlined
def unit_interval(bits: np.uint64) -> float:
    """Uniform number strictly between 0 and 1 from the upper 52 of 64 random bits."""
    value: float = as_float((bits >> S12) | ONE) - 1.0 + HALF_ULP
    return value


@lean_inlined
def minus_log(value: float) -> float:
    """Negative logarithm of a positive normal number, relative error below 1e-13.

    The logarithm of the mantissa is a series in s = (m - 1) / (m + 1), |s| < 0.172; without calls
    and branches it compiles to vector instructions, several times as fast as the library's.
    """
    bits = as_bits(value)
    exponent = as_float((bits >> S52) | TWO_TO_52) - EXPONENT_BIAS
    mantissa = as_float((bits & MANTISSA) | ONE)
    large = mantissa > ROOT_2
    mantissa = 0.5 * mantissa if large else mantissa
    exponent = exponent + 1.0 if large else exponent
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    series = 1.0 / 15.0 + z * (1.0 / 17.0)
    series = 1.0 / 13.0 + z * series
    series = 1.0 / 11.0 + z * series
    series = 1.0 / 9.0 + z * series
    series = 1.0 / 7.0 + z * series
    series = 1.0 / 5.0 + z * series
    series = 1.0 / 3.0 + z * series
    result: float = -(exponent * LOG_2) - 2.0 * s * (1.0 + z * series)
    return result


@lean_inlined
def fast_exp(value: float) -> float:
    """Exponential function, relative error below 1e-13, for arguments from -700 to 700.

    2^n times a series of the rest, |rest| <= log(2) / 2; it compiles to vector instructions.
    """
    shifted = value * (1.0 / LOG_2) + ROUND
    power = shifted - ROUND
    rest = (value - power * LOG_2_HIGH) - power * LOG_2_LOW
    series = 1.0 / 39916800.0 + rest * (1.0 / 479001600.0)
    series = 1.0 / 3628800.0 + rest * series
    series = 1.0 / 362880.0 + rest * series
    series = 1.0 / 40320.0 + rest * series
    series = 1.0 / 5040.0 + rest * series
    series = 1.0 / 720.0 + rest * series
    series = 1.0 / 120.0 + rest * series
    series = 1.0 / 24.0 + rest * series
    series = 1.0 / 6.0 + rest * series
    series = 0.5 + rest * series
    whole = 1.0 + rest * (1.0 + rest * series)
    scale: float = as_float((as_bits(shifted) + EXPONENT_ONE) << S52)
    return whole * scale
