/** What an optimiser's step does to parameters, moments and averages. */
#pragma once
#include <vector>

/** Some of a vector's numbers, which lie by themselves. */
struct Part {
  const float* at;
  long size;
};

struct AdamRates {
  /** Learning rate with both corrections of bias. */
  float step, beta1, beta2, epsilon;
  /** How far the average moves towards the new parameters. */
  float average;
};

/** Parameters, their moments and their moving average, or null. */
template <typename Float>
struct AdamState {
  Float *values, *m, *v, *average;

  AdamState from(long first) const { return {values + first, m + first, v + first, average == nullptr ? nullptr : average + first}; }
};

/** Adam (Kingma & Ba 2015), and the average of what comes of it. @param gradient its parts, one after the other. @param after may be `before` */
void adam(long size, const AdamState<const float>& before, const std::vector<Part>& gradient, const AdamRates&, const AdamState<float>& after);

/** next = average + (values - average) rate */
void average(long size, const float* average, const float* values, float rate, float* next);
