#include "kernels.h"

const Kernels* kernelsHere() {
  static const Kernels* here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") ? &kernels16
                               : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")                                             ? &kernels8
                                                                                                                                             : nullptr;
  return here;
}
