/* A tile of a map from scattered stations, by ordinary kriging with an exponential variogram (Cressie: Statistics for Spatial Data, 1993, 3.2).
 *
 * Input, 64-bit floats: rows, columns, x and y of the first cell, step of x and y, nugget, sill, range (where 95 % of the sill is reached),
 * then x, y, value of each station (2 to 256).
 * Output, 64-bit floats, row after row: estimate and kriging variance of each cell.
 */
#include "edgedepin.h"
#include <math.h>

static double nugget, sill, range;

static double variogram(double dx, double dy)
{
    double distance = sqrt(dx * dx + dy * dy);
    return distance > 0 ? nugget + (sill - nugget) * (1 - exp(-3 * distance / range)) : 0;
}

/* LU with partial pivoting, in place, row after row. */
static void factor(double *matrix, uint32_t *order, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        order[i] = i;
    for (uint32_t column = 0; column < n; column++) {
        uint32_t pivot = column;
        for (uint32_t row = column + 1; row < n; row++)
            if (fabs(matrix[row * n + column]) > fabs(matrix[pivot * n + column]))
                pivot = row;
        EDP_REQUIRE(fabs(matrix[pivot * n + column]) > 1e-12, "two stations stand at the same place");
        if (pivot != column) {
            for (uint32_t k = 0; k < n; k++) {
                double other = matrix[pivot * n + k];
                matrix[pivot * n + k] = matrix[column * n + k];
                matrix[column * n + k] = other;
            }
            uint32_t other = order[pivot];
            order[pivot] = order[column];
            order[column] = other;
        }
        for (uint32_t row = column + 1; row < n; row++) {
            double share = matrix[row * n + column] /= matrix[column * n + column];
            for (uint32_t k = column + 1; k < n; k++)
                matrix[row * n + k] -= share * matrix[column * n + k];
        }
    }
}

static void solve(const double *matrix, const uint32_t *order, uint32_t n, const double *right, double *into)
{
    for (uint32_t row = 0; row < n; row++) {
        double sum = right[order[row]];
        for (uint32_t k = 0; k < row; k++)
            sum -= matrix[row * n + k] * into[k];
        into[row] = sum;
    }
    for (uint32_t row = n; row-- > 0;) {
        for (uint32_t k = row + 1; k < n; k++)
            into[row] -= matrix[row * n + k] * into[k];
        into[row] /= matrix[row * n + row];
    }
}

EDP_EXPORT(run) void run(void)
{
    uint32_t count;
    double *input = edp_input_numbers(&count);
    EDP_REQUIRE(count >= 15 && (count - 9) % 3 == 0, "the input needs nine numbers and x, y, value of 2 or more stations");
    uint32_t rows = EDP_COUNT(input[0], 512, "rows: at most 512"), columns = EDP_COUNT(input[1], 512, "columns: at most 512");
    nugget = input[6], sill = input[7], range = input[8];
    EDP_REQUIRE(nugget >= 0 && sill > nugget && range > 0, "variogram: 0 <= nugget < sill, 0 < range");
    uint32_t stations = (count - 9) / 3, n = stations + 1;
    EDP_REQUIRE(stations <= 256, "at most 256 stations");
    const double *station = input + 9;

    double *matrix = edp_allocate(sizeof(double) * n * n), *right = edp_allocate(sizeof(double) * n), *weights = edp_allocate(sizeof(double) * n);
    uint32_t *order = edp_allocate(sizeof(uint32_t) * n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++)
            matrix[i * n + j] = i < stations && j < stations
                ? variogram(station[3 * i] - station[3 * j], station[3 * i + 1] - station[3 * j + 1])
                : i != j;
    factor(matrix, order, n);

    double *line = edp_allocate(sizeof(double) * 2 * (columns ? columns : 1));
    for (uint32_t row = 0; row < rows; row++) {
        edp_progress(row, rows);
        for (uint32_t column = 0; column < columns; column++) {
            double x = input[2] + column * input[4], y = input[3] + row * input[5];
            for (uint32_t i = 0; i < stations; i++)
                right[i] = variogram(station[3 * i] - x, station[3 * i + 1] - y);
            right[stations] = 1;
            solve(matrix, order, n, right, weights);
            double estimate = 0, variance = weights[stations];
            for (uint32_t i = 0; i < stations; i++) {
                estimate += weights[i] * station[3 * i + 2];
                variance += weights[i] * right[i];
            }
            line[2 * column] = estimate;
            line[2 * column + 1] = variance;
        }
        edp_output_write(line, sizeof(double) * 2 * columns);
    }
}
