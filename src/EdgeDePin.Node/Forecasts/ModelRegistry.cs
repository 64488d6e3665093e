using System.Text.Json;
using System.Text.Json.Serialization;
using EdgeDePin.Analytics;
using EdgeDePin.Execution;
using EdgeDePin.Model;

namespace EdgeDePin.Node.Forecasts;

/// <summary>
/// Which model was trained from what, one line of JSON for each training, in <c>forecasts/registry.jsonl</c> of the data folder. The
/// digest is that of the task's input: who has the series can train the same model again, bit for bit.
/// </summary>
internal sealed class ModelRegistry(string dataFolder)
{
    /// <summary>A year of six series a night; the older half goes when it is reached.</summary>
    public const int MaxLines = 2_000;

    private readonly string _file = Path.Combine(dataFolder, "forecasts", "registry.jsonl");

    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(ForecastSource source, ForecastAnswer answer, TaskSpec task, string runId, DateTimeOffset trainedAt)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        string[] lines = File.Exists(_file) ? File.ReadAllLines(_file) : [];
        var entry = new RegistryEntry(
            source.Sensor.Value, source.Quantity.Name, $"{task.Kind}", Digest.Of(task.Input).ToString(), runId, trainedAt, source.Start,
            source.Start + (source.Step * source.Values.Length), source.Step.TotalSeconds, answer.Used, answer.BeatsNaive, answer.Reason, answer.Linear, answer.Trees);
        string line = JsonSerializer.Serialize(entry, RegistryJson.Default.RegistryEntry) + "\n";
        if (lines.Length < MaxLines)
        {
            File.AppendAllText(_file, line);
            return;
        }

        string fresh = _file + ".new";
        File.WriteAllText(fresh, string.Concat(lines[(MaxLines / 2)..].Select(kept => kept + "\n")) + line);
        File.Move(fresh, _file, overwrite: true);
    }
}

/// <summary>One training.</summary>
/// <param name="Input">SHA-256 of the canonical bytes that the task was given.</param>
internal sealed record RegistryEntry(
    string Sensor, string Quantity, string Kind, string Input, string Run, DateTimeOffset TrainedAt, DateTimeOffset From, DateTimeOffset Until,
    double StepSeconds, string Model, bool BeatsNaive, string Reason, string Linear, int Trees);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RegistryEntry))]
internal sealed partial class RegistryJson : JsonSerializerContext;
