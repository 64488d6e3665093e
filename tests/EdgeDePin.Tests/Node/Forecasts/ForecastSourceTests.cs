using System.Text.Json;
using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;
using EdgeDePin.Node;
using EdgeDePin.Node.Forecasts;
using EdgeDePin.Storage;

namespace EdgeDePin.Tests.Node.Forecasts;

/// <summary>From readings to a request, and from an answer to points and the registry.</summary>
public sealed class ForecastSourceTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Readings_become_means_of_steps_in_whatever_order_they_come()
    {
        (DateTimeOffset, double)[] readings = [(Start.AddSeconds(50), 3), (Start.AddSeconds(10), 1), (Start.AddSeconds(190), 7)];
        ForecastSource source = ForecastSource.Of(new SensorId("roof"), Quantity.Temperature, TimeSpan.FromMinutes(1), readings)!;
        Assert.Equal([2, double.NaN, double.NaN, 7], source.Values);
        Assert.Equal(Start, source.Start);
        Assert.Equal(3, source.Completed().Values.Length);
    }

    [Fact]
    public void A_forecast_lies_at_the_instants_it_is_about_and_the_registry_tells_from_what_it_came()
    {
        string folder = Directory.CreateTempSubdirectory("edgedepin-registry-").FullName;
        try
        {
            ForecastSource source = ForecastSource.Of(
                new SensorId("roof"), Quantity.Temperature, TimeSpan.FromHours(1),
                Enumerable.Range(0, 300).Select(hour => (Start.AddHours(hour), 10.0 + (hour % 24))))!;
            var spec = new TaskSpec("forecast-temperature", ForecastTask.Kind, source.Request(6).Encode(), []);
            byte[] output = AnalyticsCatalog.Create().Get(ForecastTask.Kind).Run(new TaskInput(spec.Input, []), TestContext.Current.CancellationToken);
            ForecastAnswer answer = ForecastAnswer.Decode(output);
            Point[] points = [.. ForecastPoints.From(source, answer, "run-1", spec.Name, new NodeOptions { Site = "home", Name = "pi" })];
            Assert.Equal(6, points.Length);
            Assert.Equal(Point.InstantOf(Start.AddHours(300)), points[0].Instant);
            Assert.Equal("forecast", points[0].Measurement);

            new ModelRegistry(folder).Add(source, answer, spec, "run-1", Start);
            using var entry = JsonDocument.Parse(File.ReadAllLines(Path.Combine(folder, "forecasts", "registry.jsonl")).Single());
            Assert.Equal(Digest.Of(spec.Input).ToString(), entry.RootElement.GetProperty("input").GetString());
            Assert.Equal(answer.Used, entry.RootElement.GetProperty("model").GetString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
