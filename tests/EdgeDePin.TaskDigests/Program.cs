using System.Security.Cryptography;
using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;

// Runs every kind of task that follows from windows, a back-test, forecasts and a map over the same made-up weather, air and grid of two days, and prints one digest of
// everything that each kind put out. A processor that computes anything differently prints another digest.
TaskCatalog catalog = AnalyticsCatalog.Create();
await using var executor = new Executor(new ExecutorOptions { Lanes = 1 }, catalog, new Estimates(), new RecordLog(), TimeProvider.System, "digests");
var outputs = new SortedDictionary<string, IncrementalHash>(StringComparer.Ordinal);
var history = new WindowHistory(altitudeMetres: 546.89, latitude: 48.2, cadence: TimeSpan.FromMinutes(10));
var random = new Random(20_260_301);
DateTimeOffset begin = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
for (int number = 0; number < 288; number++)
{
    Window window = Weather(begin.AddMinutes(10 * number), number, random);
    RunResult run = await executor.RunAsync(WindowGraph.For(window, history.Before(window)), CancellationToken.None);
    history.Add(window, run);
    Take(run);
}

Take(await executor.RunAsync(BackTestGraph.For(history.Newest(new SensorId("roof"), Quantity.Temperature)!), CancellationToken.None));
DateTime origin = begin.UtcDateTime;
Take(await executor.RunAsync(
    TaskGraph.Build(
        [
            new TaskSpec("trees", ForecastTask.Kind, new ForecastRequest(origin, TimeSpan.FromHours(1), Course(1_500, 24), 24).Encode(), []),
            new TaskSpec("short", ForecastTask.Kind, new ForecastRequest(origin, TimeSpan.FromSeconds(1), Course(90, 24), 16).Encode(), []),
            new TaskSpec("map", InterpolateTask.Kind, new MapRequest(Places(40), Places(60)).Encode(), []),
        ],
        "forecasts-and-map"),
    CancellationToken.None));
foreach ((string kind, IncrementalHash hash) in outputs)
{
    Console.WriteLine($"{kind} {Convert.ToHexStringLower(hash.GetHashAndReset())}");
}

string[] missing = [.. catalog.All.Where(task => task.Lendable && !outputs.ContainsKey(task.Kind.ToString())).Select(task => task.Kind.ToString())];
if (missing.Length > 0)
{
    await Console.Error.WriteLineAsync($"Neighbours may run {string.Join(", ", missing)}, and no digest says that every processor does it alike: give it a task here.");
    return 1;
}

return 0;

void Take(RunResult run)
{
    foreach (TaskSpec task in run.Graph.Tasks)
    {
        byte[] output = run.Outputs.TryGetValue(task.Name, out byte[]? bytes) ? bytes : throw new InvalidOperationException($"{task.Name}: {run.Outcomes[task.Name]}");
        if (!outputs.TryGetValue(task.Kind.ToString(), out IncrementalHash? hash))
        {
            outputs.Add(task.Kind.ToString(), hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        }

        hash.AppendData(output);
    }
}

double[] Course(int length, int day)
{
    double[] values = new double[length];
    for (int at = 0; at < length; at++)
    {
        values[at] = 10 + (at % day * (day - (at % day)) / 20.0) + (at % (7 * day) / 84.0) + random.NextDouble();
    }

    return values;
}

// A slope with noise, so that kriging has something to find.
MapPoint[] Places(int count)
{
    var places = new MapPoint[count];
    for (int at = 0; at < count; at++)
    {
        (double east, double north) = (1_000 * random.NextDouble(), 1_000 * random.NextDouble());
        places[at] = new MapPoint(east, north, 10 + (0.01 * east) + (0.02 * north) + random.NextDouble());
    }

    return places;
}

static Window Weather(DateTimeOffset from, int number, Random random)
{
    SensorId roof = new("roof"), street = new("street"), mast = new("mast"), meter = new("meter");
    var readings = new List<Reading>();
    for (int minute = 0; minute < 10; minute++)
    {
        DateTimeOffset at = from.AddMinutes(minute).AddSeconds(random.Next(20));

        // From frost to heat, so that wind chill and heat index are among it; and a thermometer that fails in the end.
        double day = Math.Abs((number % 144) - 72) / 72.0;
        double celsius = number > 280 ? -7_999 : -8 + (42 * (1 - day)) + random.NextDouble();
        readings.AddRange(
        [
            new Reading(meter, Quantity.Energy, 100 + (0.01 * ((10 * number) + minute)), at),
            new Reading(meter, Quantity.Voltage, 228 + (4 * random.NextDouble()), at),
            new Reading(mast, Quantity.Rain, 0.2 * (number / 7), at),
            new Reading(mast, Quantity.WindDirection, 360 * random.NextDouble(), at),
            new Reading(mast, Quantity.WindSpeed, 1 + (9 * random.NextDouble()), at),
            new Reading(roof, Quantity.Pressure, 95_000 + (300 * day) + (20 * random.NextDouble()), at),
            new Reading(roof, Quantity.RelativeHumidity, 40 + (55 * day), at),
            new Reading(roof, Quantity.Temperature, celsius, at, minute == 7 ? ReadingQuality.Suspect(QualityReason.Step) : ReadingQuality.Good),
            new Reading(street, Quantity.Pm10, 20 + (15 * random.NextDouble()), at),
            new Reading(street, Quantity.Pm25, 8 + (30 * day * random.NextDouble()), at),
        ]);
    }

    return new Window(from, from.AddMinutes(10), [.. readings
        .OrderBy(reading => reading.Sensor.Value, StringComparer.Ordinal).ThenBy(reading => reading.Quantity.Name, StringComparer.Ordinal).ThenBy(reading => reading.ObservedAt)]);
}
