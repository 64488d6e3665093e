using EdgeDePin.Analytics;
using EdgeDePin.Analytics.Faults;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Tests.Analytics;

public sealed class WindowGraphTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SensorId Roof = new("roof");
    private static readonly SensorId Meter = new("meter");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Executor Start() => new(
        new ExecutorOptions { Lanes = 2 }, AnalyticsCatalog.Create(), new Estimates(), new RecordLog(), TimeProvider.System, "here");

    private static Window Window(DateTimeOffset from, double celsius = 20, double energy = 100) => new(from, from.AddMinutes(10),
    [
        .. Enumerable.Range(0, 10).Select(minute => new Reading(Meter, Quantity.Energy, energy + (0.01 * minute), from.AddMinutes(minute))),
        new Reading(Roof, Quantity.RelativeHumidity, 50, from),
        new Reading(Roof, Quantity.Pm25, 12, from),
        new Reading(Roof, Quantity.Pressure, 95_000, from),
        new Reading(Roof, Quantity.Temperature, celsius - 1, from),
        new Reading(Roof, Quantity.Temperature, celsius + 1, from.AddMinutes(1)),
    ]);

    private static double Value(DerivedValues values, string name) => Assert.Single(values.Values, value => value.Name == name).Value;

    [Fact]
    public async Task A_window_becomes_values_that_name_their_task()
    {
        await using Executor executor = Start();
        TaskGraph graph = WindowGraph.For(Window(Noon), WindowContext.Empty with { AltitudeMetres = 546.89 });
        Assert.Equal(
            ["clean", "aggregate-energy", "aggregate-humidity", "aggregate-pm2_5", "aggregate-pressure", "aggregate-temperature", "derive", "spike-check", "anomaly", "sensor-faults"],
            graph.Tasks.Select(task => task.Name));
        RunResult run = await executor.RunAsync(graph, Token);
        Assert.True(run.Succeeded, string.Join("; ", run.Outcomes));
        DerivedValues values = DerivedValues.From(run);
        Assert.Equal(20, Value(values, "temperature_mean"));
        Assert.Equal((19.0, 21.0, 21.0, 2.0), (
            Value(values, "temperature_min"), Value(values, "temperature_max"), Value(values, "temperature_last"), Value(values, "temperature_count")));
        Assert.Equal(9.255, Value(values, "dew_point"), 0.0005);
        Assert.Equal(56, Value(values, "aqi_pm2_5_instant"));
        Assert.DoesNotContain(values.Values, value => value.Name == "aqi_pm2_5");   // needs hours, and there are none
        Assert.Equal(0.09, Value(values, "energy_delta"), 1e-9);
        Assert.Equal(600, Value(values, "energy_mean_power"), 1e-6);
        DerivedValue seaLevel = Assert.Single(values.Values, value => value.Name == "sea_level_pressure");
        Assert.Equal(("derive", "Pa", Roof, Noon), (seaLevel.Task, seaLevel.Unit, seaLevel.Sensor, seaLevel.At));
        Assert.Equal(SeaLevelPressure.Pascals(95_000, 546.89, 20), seaLevel.Value, 1e-6);
    }

    [Fact]
    public async Task Earlier_windows_give_hours_counters_and_a_measure_of_the_unusual()
    {
        await using Executor executor = Start();
        var history = new WindowHistory(altitudeMetres: null);
        DerivedValues last = new([]);
        for (int window = 0; window < 20; window++)
        {
            Window next = Window(Noon.AddMinutes(10 * window), celsius: window == 19 ? 30 : 20 + (0.1 * (window % 3)), energy: 100 + (0.1 * window));
            RunResult run = await executor.RunAsync(WindowGraph.For(next, history.Before(next)), Token);
            last = DerivedValues.From(run);
            history.Add(next, run);
        }

        Assert.Equal(1, Value(last, "temperature_spike"));
        Assert.Equal(0, Value(last, "pressure_spike"));
        Assert.Equal(12, Value(last, "nowcast_pm2_5"));
        Assert.Equal(56, Value(last, "aqi_pm2_5"));
        Assert.Equal(0.1, Value(last, "energy_delta"), 1e-9);   // from the last reading of the window before, so nothing is lost between
        RegularSeries series = history.Newest(Roof, Quantity.Temperature)!;
        Assert.Equal((20, TimeSpan.FromMinutes(10), Noon.AddMinutes(190)), (series.Values.Length, series.Step, series.Newest));
    }

    [Fact]
    public async Task Faults_and_anomalies_are_found_window_by_window_with_reasons()
    {
        await using Executor executor = Start();
        var history = new WindowHistory(altitudeMetres: null, cadence: TimeSpan.FromMinutes(10));
        var anomalies = new List<(int Window, string Reason, string Task)>();
        var broken = new List<(int Window, string Detail)>();
        for (int window = 0; window < 145; window++)
        {
            // It stands still from the eightieth window on, and the hundredth is far too warm.
            Window next = Window(Noon.AddMinutes(10 * window), celsius: window == 100 ? 35 : window < 80 ? 20 + (0.4 * (window % 5)) : 20);
            Window observed = window >= 80 && window != 100 ? next with { Readings = [.. next.Readings.Select(reading => reading.Quantity == Quantity.Temperature ? reading with { Value = 20 } : reading)] } : next;
            RunResult run = await executor.RunAsync(WindowGraph.For(observed, history.Before(observed)), Token);
            Assert.True(run.Succeeded, string.Join("; ", run.Outcomes));
            history.Add(observed, run);
            anomalies.AddRange(DerivedValues.Anomalies(run).Where(found => found.Anomaly.Quantity == Quantity.Temperature).Select(found => (window, found.Anomaly.Reason, found.Task)));
            broken.AddRange(DerivedValues.Healths(run).Where(found => found.Health.Score is { Score: >= FaultWatch.Alarm, Reason: FaultReason.FlatLine } && found.Health.Quantity == Quantity.Temperature)
                .Select(found => (window, found.Health.Score.Detail)));
        }

        (int at, string reason, string task) = Assert.Single(anomalies, found => found.Window == 100);
        Assert.Contains("35 where ", reason, StringComparison.Ordinal);
        Assert.Equal("anomaly", task);
        Assert.Equal(100, at);
        Assert.Empty(anomalies.Where(found => found.Window < 80));

        // Six hours of standing still, counted anew from the warm window on.
        Assert.InRange(broken[0].Window, 135, 144);
        Assert.Contains("between 20 and 20 since", broken[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_is_opened_again_is_computed_anew_and_detectors_do_not_look_twice()
    {
        await using Executor executor = Start();
        var history = new WindowHistory(altitudeMetres: null);
        Window first = Window(Noon), second = Window(Noon.AddMinutes(10), energy: 100.1);
        foreach (Window window in new[] { first, second })
        {
            history.Add(window, await executor.RunAsync(WindowGraph.For(window, history.Before(window)), Token));
        }

        Window again = second with { Revision = 1, Readings = [.. second.Readings, new Reading(Roof, Quantity.Temperature, 31, Noon.AddMinutes(12))] };
        TaskGraph graph = WindowGraph.For(again, history.Before(again));
        Assert.DoesNotContain(graph.Tasks, task => task.Name is "anomaly" or "sensor-faults");
        DerivedValues values = DerivedValues.From(await executor.RunAsync(graph, Token));
        Assert.Equal(31, Value(values, "temperature_max"));
        Assert.Equal(0.1, Value(values, "energy_delta"), 1e-9);   // from the window before, as the first time
    }

    [Fact]
    public async Task Wind_and_weather_become_what_they_feel_like()
    {
        await using Executor executor = Start();
        SensorId mast = new("mast");
        var history = new WindowHistory(altitudeMetres: 0, latitude: 52);
        DerivedValues values = new([]);
        for (int window = 0; window < 20; window++)
        {
            DateTimeOffset from = Noon.AddMinutes(10 * window);
            var next = new Window(from, from.AddMinutes(10),
            [
                new Reading(mast, Quantity.Rain, 0.2 * window, from),
                new Reading(mast, Quantity.WindDirection, 350, from), new Reading(mast, Quantity.WindDirection, 10, from.AddMinutes(5)),
                new Reading(mast, Quantity.WindSpeed, 20 / 3.6, from), new Reading(mast, Quantity.WindSpeed, 20 / 3.6, from.AddMinutes(5)),
                new Reading(Roof, Quantity.RelativeHumidity, 60, from),
                new Reading(Roof, Quantity.Pressure, 100_000 - (10 * window), from),
                new Reading(Roof, Quantity.Temperature, -10, from),
            ]);
            RunResult run = await executor.RunAsync(WindowGraph.For(next, history.Before(next)), Token);
            history.Add(next, run);
            values = DerivedValues.From(run);
        }

        Assert.Equal(-17.9, Value(values, "wind_chill"), 0.05);                                   // Environment Canada's table
        Assert.Equal(ApparentTemperature.Celsius(-10, 60, 20 / 3.6), Value(values, "apparent_temperature"), 1e-9);
        Assert.Equal(-180, Value(values, "pressure_tendency"), 1e-6);
        Assert.Equal(0.2, Value(values, "rain_delta"), 1e-9);
        Assert.Equal(0, Value(values, "wind_direction_mean"), 1e-6);
        Assert.Equal(Zambretti.Letter(99_810, -60, 3, 0) - 'A' + 1, Value(values, "zambretti"));
        Assert.DoesNotContain(values.Values, value => value.Name == "heat_index");
    }

    [Fact]
    public void A_short_gap_is_bridged_and_a_long_one_begins_anew()
    {
        (DateTimeOffset, double)[] points =
            [(Noon, 7), (Noon.AddMinutes(50), 1), (Noon.AddMinutes(60), 2), (Noon.AddMinutes(90), 5), (Noon.AddMinutes(100), 4)];
        Assert.Equal([1, 2, 3, 4, 5, 4], RegularSeries.UpTo(Roof, Quantity.Temperature, points, TimeSpan.FromMinutes(10)).Values);
    }

    [Fact]
    public void Bytes_that_are_something_else_are_named()
    {
        Assert.StartsWith("Not a window", Assert.Throws<FormatException>(() => WindowCodec.Decode([0x01])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Not a back-test fold", Assert.Throws<FormatException>(() => BackTestFold.Decode([0x80])).Message, StringComparison.Ordinal);
        Assert.StartsWith("Not aggregates", Assert.Throws<FormatException>(() => Aggregate.Decode([])).Message, StringComparison.Ordinal);
    }
}
