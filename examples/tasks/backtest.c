/* Rolling back-test of a forecaster: NLinear (Zeng et al., 2023) in closed form by ridge regression, fitted anew at each origin, judged against
 * the last value and one season ago.
 *
 * Input, 64-bit floats: lags, horizon, season, penalty, from, until, stride, then the series (equal steps, oldest first).
 * Output, 64-bit floats: count, sum of absolute errors, sum of squared errors, of the model, the last value, and the season before.
 */
#include "edgedepin.h"
#include <math.h>
#include <string.h>

static uint32_t lags, horizon, features;
static double *gram, *moments, *factor, *differences;

static double look(const double *series, uint32_t origin)
{
    const double *window = series + origin - lags;
    double newest = window[lags - 1];
    for (uint32_t i = 0; i < features; i++)
        differences[i] = window[i] - newest;
    return newest;
}

static void learn(const double *series, uint32_t origin)
{
    double newest = look(series, origin);
    for (uint32_t row = 0; row < features; row++) {
        double difference = differences[row];
        for (uint32_t column = 0; column <= row; column++)
            gram[row * features + column] += difference * differences[column];
        for (uint32_t step = 0; step < horizon; step++)
            moments[row * horizon + step] += difference * (series[origin + step] - newest);
    }
}

/* Cholesky: the lower triangle becomes L of L times its transpose. */
static void fit(double penalty)
{
    memcpy(factor, gram, sizeof(double) * features * features);
    for (uint32_t row = 0; row < features; row++) {
        factor[row * features + row] += penalty;
        for (uint32_t column = 0; column <= row; column++) {
            double sum = factor[row * features + column];
            for (uint32_t k = 0; k < column; k++)
                sum -= factor[row * features + k] * factor[column * features + k];
            if (column < row) {
                factor[row * features + column] = sum / factor[column * features + column];
            } else {
                EDP_REQUIRE(sum > 0, "the series holds values that are not finite, or far too large");
                factor[row * features + row] = sqrt(sum);
            }
        }
    }
}

static void forecast(const double *series, uint32_t origin, double *into)
{
    double newest = look(series, origin);
    for (uint32_t row = 0; row < features; row++) {
        double sum = differences[row];
        for (uint32_t k = 0; k < row; k++)
            sum -= factor[row * features + k] * differences[k];
        differences[row] = sum / factor[row * features + row];
    }
    for (uint32_t row = features; row-- > 0;) {
        differences[row] /= factor[row * features + row];
        for (uint32_t k = 0; k < row; k++)
            differences[k] -= factor[row * features + k] * differences[row];
    }
    for (uint32_t step = 0; step < horizon; step++)
        into[step] = newest;
    for (uint32_t i = 0; i < features; i++)
        for (uint32_t step = 0; step < horizon; step++)
            into[step] += differences[i] * moments[i * horizon + step];
}

static void judge(double *errors, double error)
{
    errors[0] += 1;
    errors[1] += fabs(error);
    errors[2] += error * error;
}

EDP_EXPORT(run) void run(void)
{
    uint32_t count;
    double *input = edp_input_numbers(&count);
    EDP_REQUIRE(count > 7, "the input needs seven numbers and a series");
    lags = EDP_COUNT(input[0], 512, "lags: 2 to 512");
    horizon = EDP_COUNT(input[1], 512, "horizon: 1 to 512");
    uint32_t season = EDP_COUNT(input[2], 1000000, "season: 1 to from");
    double penalty = input[3];
    uint32_t points = count - 7;
    uint32_t from = EDP_COUNT(input[4], points, "from: lags to until");
    uint32_t until = EDP_COUNT(input[5], points, "until: at most the length of the series");
    uint32_t stride = EDP_COUNT(input[6], 1000000, "stride: 1 or more");
    EDP_REQUIRE(lags >= 2 && horizon >= 1 && season >= 1 && season <= from && penalty > 0 && stride >= 1 && from >= lags && from < until
        && horizon <= until - from, "the numbers contradict each other: lags <= from < until, season <= from, horizon <= until - from");
    const double *truth = input + 7;

    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < from; i++)
        sum += truth[i];
    double mean = sum / from;
    for (uint32_t i = 0; i < from; i++)
        squares += (truth[i] - mean) * (truth[i] - mean);
    double scale = sqrt(squares / from);
    if (!(scale > 0))
        scale = 1;

    features = lags - 1;
    double *series = edp_allocate(sizeof(double) * points), *predicted = edp_allocate(sizeof(double) * horizon);
    gram = edp_allocate(sizeof(double) * features * features);
    factor = edp_allocate(sizeof(double) * features * features);
    moments = edp_allocate(sizeof(double) * features * horizon);
    differences = edp_allocate(sizeof(double) * features);
    memset(gram, 0, sizeof(double) * features * features);
    memset(moments, 0, sizeof(double) * features * horizon);
    for (uint32_t i = 0; i < points; i++)
        series[i] = truth[i] / scale;

    double errors[9] = {0};
    uint32_t learned = lags;
    for (uint32_t origin = from; origin + horizon <= until; origin += stride) {
        edp_progress(origin - from, until - from);
        /* Only what was complete by then: an example whose target reaches beyond the origin would know the future. */
        for (; learned + horizon <= origin; learned++)
            learn(series, learned);
        fit(penalty);
        forecast(series, origin, predicted);
        for (uint32_t step = 0; step < horizon; step++) {
            double value = truth[origin + step];
            judge(errors, predicted[step] * scale - value);
            judge(errors + 3, truth[origin - 1] - value);
            judge(errors + 6, truth[origin + step - season * (step / season + 1)] - value);
        }
    }
    edp_output_write(errors, sizeof(errors));
}
