/** The kernels' operations, as `tensorflow-operations.cc` lists them: each reads its inputs and makes its outputs, or throws a Refusal. */
#pragma once
#include "tensorflow-call.h"

/** What attributes say. */
struct How {
  /** Of a batch norm; and of the one that a convolution makes sums for, 0 where there is none. */
  int32_t groups, summed;
  /** Not 0 where a convolution ends in the hyperbolic tangent, or its gradient. */
  int32_t tangent;
  float slope, cap, epsilon, beta1, beta2;
  /** Of parts: where each begins, its rank and its sides, one after the other. */
  std::vector<int64_t> parts;
};

namespace operations {

void convolution(Call&, const How&);
void convolutionBack(Call&, const How&);
void filterGradient(Call&, const How&);
void biasGradient(Call&, const How&);
void normalisation(Call&, const How&);
void normalisationBack(Call&, const How&);
void rectifierGradient(Call&, const How&);

void adam(Call&, const How&);
void average(Call&, const How&);
void levels(Call&, const How&);
void variety(Call&, const How&);
void parts(Call&, const How&);

}  // namespace operations
