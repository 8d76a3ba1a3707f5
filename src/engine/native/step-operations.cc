/** What a step does beside its networks, as TensorFlow calls it. */
#include "operations.h"
#include "pictures.h"
#include "update.h"

namespace operations {

void adam(Call& call, const How& how) {
  const Call::Over values = call.over(0, 0), m = call.over(1, 1), v = call.over(2, 2), mean = call.over(3, 3);
  const long size = values.from.size();
  const bool averages = mean.from.size() > 0;
  std::vector<Part> gradient;
  long all = 0;
  for (int i = 6; i < call.inputs(); i++) {
    const Given part = call.input(i);
    gradient.push_back({part.floats(), part.size()});
    all += part.size();
  }
  if (m.from.size() != size || v.from.size() != size || (averages && mean.from.size() != size) || all != size) throw unfit("parameters, moments, their average and the parts of the gradient together must be of one size");
  const AdamRates rates = {*call.perChannel(4, 1), how.beta1, how.beta2, how.epsilon, *call.perChannel(5, 1)};
  ::adam(size, {values.from.floats(), m.from.floats(), v.from.floats(), averages ? mean.from.floats() : nullptr}, gradient, rates, {values.floats(), m.floats(), v.floats(), averages ? mean.floats() : nullptr});
}

void average(Call& call, const How&) {
  const Given values = call.input(1);
  const Call::Over over = call.over(0, 0);
  if (values.size() != over.from.size()) throw unfit("an average and what is averaged must be of one size");
  ::average(values.size(), over.from.floats(), values.floats(), *call.perChannel(2, 1), over.floats());
}

void levels(Call& call, const How&) {
  const Given packed = call.input(0);
  const long count = 4 * packed.size();
  ::levels(count, static_cast<const std::uint8_t*>(packed.data), call.floats(0, {count}));
}

void variety(Call& call, const How&) {
  const Given given = call.pictures(0);
  const auto& x = given.shape;
  if (given.size() == 0 || x[1] % 4 || x[2] % 4) throw unfit("there must be pictures whose sides are multiples of 4");
  *call.floats(0, {}) = ::variety({x[0], x[1], x[2], x[3]}, given.floats());
}

void parts(Call& call, const How& how) {
  const long size = call.input(0).size();
  const std::vector<int64_t>& from = how.parts;
  int output = 0;
  for (std::size_t at = 0; at + 1 < from.size(); output++) {
    const long first = from[at];
    const std::size_t rank = from[at + 1];
    if (at + 2 + rank > from.size()) throw unfit("a part lacks some of its sides");
    const std::vector<long> shape(from.begin() + at + 2, from.begin() + at + 2 + rank);
    if (first < 0 || first + sizeOf(shape) > size) throw unfit("a part must lie within the vector");
    call.view(0, first, output, shape);
    at += 2 + rank;
  }
}

}  // namespace operations
