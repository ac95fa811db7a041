#pragma once
// Private to models/uncertainty: small dense symmetric systems (tens of unknowns), no library needed.
#include <cstddef>
#include <vector>

namespace glio::uncertainty {

/// x of A x = b for a symmetric positive definite A (n x n, row by row), by Cholesky; a pivot that is not above 0
/// counts as 1e-12.
std::vector<double> solveSymmetric(std::vector<double> a, std::vector<double> b);
/// Inverse of such a matrix.
std::vector<double> inverseSymmetric(const std::vector<double> &a, std::size_t n);
/// The `count` largest principal directions of rows that are centred already (row by row, `width` numbers each), as
/// rows of unit length, by repeated multiplication: deterministic.
std::vector<double> principalDirections(const std::vector<double> &rows, std::size_t width, std::size_t count);

} // namespace glio::uncertainty
