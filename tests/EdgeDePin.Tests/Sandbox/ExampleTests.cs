using EdgeDePin.Analytics;
using EdgeDePin.Sandbox;
using EdgeDePin.Sandbox.Guests;
using MathNet.Numerics.IntegralTransforms;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace EdgeDePin.Tests.Sandbox;

/// <summary>The example tasks against calculations that share nothing with them.</summary>
public sealed class ExampleTests(Guests guests) : IClassFixture<Guests>
{
    [Fact]
    public void The_back_test_is_that_of_the_analytics_library()
    {
        double[] series = Examples.Hours(500);
        FoldResult expected = RollingBackTestTask.Run(
            new BackTestFold([.. series], Lags: 30, Horizon: 8, Season: 24, Penalty: 5, From: 250, Until: 500, Stride: 7, Replicates: 0), () => { }, TestContext.Current.CancellationToken);
        double[] actual = guests.Numbers(Examples.BackTest, [30, 8, 24, 5, 250, 500, 7, .. series]);
        double[] wanted = [.. new[] { expected.Model, expected.LastValue, expected.Seasonal }.SelectMany(errors => new[] { errors.Count, errors.Absolute, errors.Squared })];
        Assert.Equal(wanted.Length, actual.Length);
        Assert.All(wanted.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Abs(pair.First)));
    }

    [Fact]
    public void Harmonics_are_those_of_another_fourier_transform()
    {
        const int Cycles = 10, Samples = 4096;
        double[] wave = Examples.Mains(Samples, Cycles);
        Complex[] spectrum = [.. wave.Select(value => new Complex(value, 0))];
        Fourier.Forward(spectrum, FourierOptions.Matlab);
        double[] subgroups = [.. Enumerable.Range(1, 40).Select(harmonic => Math.Sqrt(2 * Enumerable.Range((harmonic * Cycles) - 1, 3)
            .Sum(line => Math.Pow(spectrum[line].Magnitude, 2))) / Samples)];
        double[] actual = guests.Numbers(Examples.PowerQuality, [Cycles, .. wave]);
        Assert.Equal(42, actual.Length);
        Assert.Equal(Math.Sqrt(wave.Sum(value => value * value) / Samples), actual[0], 1e-9);
        Assert.Equal(Math.Sqrt(subgroups.Skip(1).Sum(value => value * value)) / subgroups[0], actual[1], 1e-12);
        Assert.All(subgroups.Zip(actual.Skip(2)), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void A_tile_is_what_kriging_by_another_solver_gives()
    {
        const double Nugget = 0.2, Sill = 4, Range = 6;
        (double X, double Y, double Value)[] stations = Examples.Stations(25);
        int n = stations.Length;
        double Variogram(double dx, double dy) => Math.Sqrt((dx * dx) + (dy * dy)) is > 0 and double far ? Nugget + ((Sill - Nugget) * (1 - Math.Exp(-3 * far / Range))) : 0;
        Matrix<double> system = Matrix<double>.Build.Dense(n + 1, n + 1, (i, j) =>
            i < n && j < n ? Variogram(stations[i].X - stations[j].X, stations[i].Y - stations[j].Y) : i == j ? 0 : 1);
        double[] actual = guests.Numbers(Examples.MapTile, [5, 7, 0.5, 1, 1.3, 1.7, Nugget, Sill, Range, .. stations.SelectMany(station => new[] { station.X, station.Y, station.Value })]);
        Assert.Equal(5 * 7 * 2, actual.Length);
        for (int cell = 0; cell < 35; cell++)
        {
            double x = 0.5 + (cell % 7 * 1.3), y = 1 + (cell / 7 * 1.7);
            Vector<double> right = Vector<double>.Build.Dense(n + 1, i => i < n ? Variogram(stations[i].X - x, stations[i].Y - y) : 1);
            Vector<double> weights = system.QR().Solve(right);
            Assert.Equal(stations.Select((station, i) => station.Value * weights[i]).Sum(), actual[2 * cell], 1e-8);
            Assert.Equal(weights.DotProduct(right), actual[(2 * cell) + 1], 1e-8);
        }
    }

    [Fact]
    public void Paths_are_distributed_as_the_closed_form_says()
    {
        const double Now = 5, Mean = 8, Rate = 0.1, Noise = 0.8, Threshold = 4, Paths = 40_000;
        double[] actual = guests.Numbers(Examples.MonteCarlo, Now, Mean, Rate, Noise, Threshold, 24, Paths);
        Assert.Equal(73, actual.Length);
        for (int step = 1; step <= 24; step++)
        {
            // Uhlenbeck, Ornstein: On the theory of the Brownian motion, 1930.
            double mean = Mean + ((Now - Mean) * Math.Exp(-Rate * step)), deviation = Noise * Math.Sqrt((1 - Math.Exp(-2 * Rate * step)) / (2 * Rate));
            double below = MathNet.Numerics.Distributions.Normal.CDF(mean, deviation, Threshold);
            Assert.Equal(mean, actual[3 * (step - 1)], 5 * deviation / Math.Sqrt(Paths));
            Assert.Equal(deviation, actual[(3 * (step - 1)) + 1], 5 * deviation / Math.Sqrt(2 * Paths));
            Assert.Equal(below, actual[(3 * (step - 1)) + 2], 5 * Math.Sqrt(below * (1 - below) / Paths));
        }

        Assert.InRange(actual[72], Enumerable.Range(0, 24).Max(step => actual[(3 * step) + 2]), 1);
    }

    [Fact]
    public void An_interrupted_task_goes_on_from_its_checkpoint_to_the_same_result()
    {
        byte[] input = Examples.Pack(5, 8, 0.1, 0.8, 4, 24, 60_000);
        List<byte[]> states = [];
        var call = new GuestCall(Guests.Plenty, 64, input, []);
        var whole = Assert.IsType<GuestOutcome.Completed>(
            guests.Processes.Run(new GuestTask(Examples.MonteCarlo, call) { Checkpoint = states.Add }, TestContext.Current.CancellationToken));
        Assert.NotEmpty(states);
        var rest = Assert.IsType<GuestOutcome.Completed>(
            guests.Processes.Run(new GuestTask(Examples.MonteCarlo, call with { Checkpoint = states[^1] }), TestContext.Current.CancellationToken));
        Assert.Equal(whole.Output, rest.Output);
        Assert.True(rest.Fuel < whole.Fuel, $"{rest.Fuel} of {whole.Fuel}");
    }

    [Fact]
    public void What_an_example_cannot_use_it_says()
    {
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(guests.Run(Examples.PowerQuality, Examples.Pack(Examples.Mains(300, 10))));
        Assert.Equal((GuestFailure.Gave, "the number of samples is no power of two from 256 to 1,048,576"), (failed.Why, failed.Message));
        Assert.Contains("seven numbers", Assert.IsType<GuestOutcome.Failed>(guests.Run(Examples.MonteCarlo, Examples.Pack(1, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("no multiple of 8", Assert.IsType<GuestOutcome.Failed>(guests.Run(Examples.BackTest, [1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_the_call_does_not_allow_is_no_result()
    {
        byte[] input = Examples.Pack([400, 6, 24, 10, 1000, 2000, 10, .. Examples.Hours(2000)]);
        GuestOutcome.Failed failed = Assert.IsType<GuestOutcome.Failed>(guests.Run(Examples.BackTest, input, pages: 4));
        Assert.Contains("more memory than the call allows", failed.Message, StringComparison.Ordinal);
    }
}
