#include "Solve.h"

#include "glioscope/base/Random.h"

#include <algorithm>
#include <cmath>

namespace glio::uncertainty {

std::vector<double> solveSymmetric(std::vector<double> a, std::vector<double> b)
{
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
        }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return b;
}

std::vector<double> inverseSymmetric(const std::vector<double> &a, std::size_t n)
{
    std::vector<double> inverse(n * n);
    for (std::size_t c = 0; c < n; ++c) {
        std::vector<double> unit(n, 0.0);
        unit[c] = 1;
        const auto column = solveSymmetric(a, std::move(unit));
        for (std::size_t r = 0; r < n; ++r)
            inverse[r * n + c] = column[r];
    }
    return inverse;
}

std::vector<double> principalDirections(const std::vector<double> &rows, std::size_t width, std::size_t count)
{
    const std::size_t n = width > 0 ? rows.size() / width : 0;
    count = std::min({count, width, n});
    std::vector<double> directions;
    CounterRandom random{17};
    for (std::size_t d = 0; d < count; ++d) {
        std::vector<double> x(width);
        for (double &value : x)
            value = random.normal();
        for (int round = 0; round < 100; ++round) {
            for (std::size_t e = 0; e < d; ++e) { // away from those that are known
                double dot = 0;
                for (std::size_t w = 0; w < width; ++w)
                    dot += x[w] * directions[e * width + w];
                for (std::size_t w = 0; w < width; ++w)
                    x[w] -= dot * directions[e * width + w];
            }
            std::vector<double> next(width, 0.0);
            for (std::size_t r = 0; r < n; ++r) {
                double dot = 0;
                for (std::size_t w = 0; w < width; ++w)
                    dot += rows[r * width + w] * x[w];
                for (std::size_t w = 0; w < width; ++w)
                    next[w] += dot * rows[r * width + w];
            }
            double length = 0;
            for (const double value : next)
                length += value * value;
            length = std::sqrt(length);
            if (length < 1e-12) break;
            for (std::size_t w = 0; w < width; ++w)
                x[w] = next[w] / length;
        }
        for (std::size_t e = 0; e < d; ++e) {
            double dot = 0;
            for (std::size_t w = 0; w < width; ++w)
                dot += x[w] * directions[e * width + w];
            for (std::size_t w = 0; w < width; ++w)
                x[w] -= dot * directions[e * width + w];
        }
        double length = 0;
        for (const double value : x)
            length += value * value;
        length = std::sqrt(std::max(length, 1e-300));
        for (const double value : x)
            directions.push_back(value / length);
    }
    return directions;
}

} // namespace glio::uncertainty
