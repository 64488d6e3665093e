/* Power quality of a sampled voltage or current: harmonics in the manner of IEC 61000-4-7 (rectangular window of whole cycles, harmonic
 * subgroups of three lines), by a fast Fourier transform.
 *
 * Input, 64-bit floats: whole cycles of the mains in the window (10 at 50 Hz, 12 at 60 Hz), then the samples; a power of two, 256 to 1,048,576.
 * Output, 64-bit floats: RMS, total harmonic distortion of subgroups (share of the fundamental), then the RMS of subgroups 1 to 40.
 */
#include "edgedepin.h"
#include <math.h>

enum { HARMONICS = 40 };

static void transform(double *re, double *im, uint32_t n)
{
    for (uint32_t i = 1, j = 0; i < n; i++) {
        uint32_t bit = n >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j ^= bit;
        if (i < j) {
            double other = re[i];
            re[i] = re[j];
            re[j] = other;
        }
    }
    double *cosines = edp_allocate(sizeof(double) * n / 2), *sines = edp_allocate(sizeof(double) * n / 2);
    for (uint32_t i = 0; i < n / 2; i++) {
        double angle = -2 * 3.14159265358979323846 * i / n;
        cosines[i] = cos(angle);
        sines[i] = sin(angle);
    }
    uint32_t stage = 0;
    for (uint32_t length = 2; length <= n; length <<= 1) {
        edp_progress(stage++, 20);
        uint32_t half = length / 2, step = n / length;
        for (uint32_t start = 0; start < n; start += length)
            for (uint32_t k = 0; k < half; k++) {
                double c = cosines[k * step], s = sines[k * step];
                uint32_t a = start + k, b = a + half;
                double xr = re[b] * c - im[b] * s, xi = re[b] * s + im[b] * c;
                re[b] = re[a] - xr;
                im[b] = im[a] - xi;
                re[a] += xr;
                im[a] += xi;
            }
    }
}

EDP_EXPORT(run) void run(void)
{
    uint32_t count;
    double *input = edp_input_numbers(&count);
    EDP_REQUIRE(count >= 257, "the input needs the number of cycles and at least 256 samples");
    uint32_t n = count - 1;
    EDP_REQUIRE(n <= 1048576 && (n & (n - 1)) == 0, "the number of samples is no power of two from 256 to 1,048,576");
    uint32_t cycles = EDP_COUNT(input[0], 1000, "cycles: 2 to 1,000");
    EDP_REQUIRE(cycles >= 2 && cycles * HARMONICS + 1 < n / 2, "cycles: 2 or more, and samples enough for 40 harmonics");

    double *re = input + 1, *im = edp_allocate(sizeof(double) * n);
    double squares = 0;
    for (uint32_t i = 0; i < n; i++) {
        im[i] = 0;
        squares += re[i] * re[i];
    }
    transform(re, im, n);

    double output[2 + HARMONICS], distortion = 0;
    for (uint32_t harmonic = 1; harmonic <= HARMONICS; harmonic++) {
        double power = 0;
        for (uint32_t line = harmonic * cycles - 1; line <= harmonic * cycles + 1; line++)
            power += re[line] * re[line] + im[line] * im[line];
        /* Of the two halves of the spectrum one was taken; RMS is the amplitude over the square root of two. */
        output[1 + harmonic] = sqrt(2 * power) / n;
        if (harmonic > 1)
            distortion += output[1 + harmonic] * output[1 + harmonic];
    }
    EDP_REQUIRE(output[2] > 0, "there is no fundamental: is the number of cycles right?");
    output[0] = sqrt(squares / n);
    output[1] = sqrt(distortion) / output[2];
    edp_output_write(output, sizeof(output));
}
