using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Cli.GraphCommands;

/// <summary>What <c>graph run</c> and <c>graph simulate</c> print.</summary>
/// <param name="BoundS">A makespan that no schedule can beat.</param>
/// <param name="Ratio">Makespan over bound; 1 where there is nothing to do.</param>
internal sealed record GraphSummary(
    string Workflow, string Policy, int Tasks, int Edges, int Cores, double MakespanS, double BoundS, double Ratio, long Executions, long RecordsLost)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Outcome { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RunId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Why { get; init; }

    public static double Over(double makespan, double bound) => bound > 0 ? makespan / bound : 1;

    public void Print(bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(this, GraphSummaryJson.Default.GraphSummary));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Workflow}: {Tasks} tasks, {Edges} edges on {Cores} cores ({Policy}): {MakespanS:0.######} s, bound {BoundS:0.######} s, ratio {Ratio:0.000}; {Executions} executions, {RecordsLost} records lost"
            + $"{(Outcome is null ? "" : $"; {Outcome}")}{(RunId is null ? "" : $"; run {RunId}")}"));
        foreach (string line in Why ?? [])
        {
            Console.WriteLine("  " + line);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(GraphSummary))]
internal sealed partial class GraphSummaryJson : JsonSerializerContext;
