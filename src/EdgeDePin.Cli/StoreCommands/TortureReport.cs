using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>What came of killing a writer again and again. Every violation is a sentence; there should be none.</summary>
internal sealed record TortureReport
{
    public required int Seed { get; init; }
    public required int Kills { get; init; }

    /// <summary>Points whose append had returned when the writer died.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Points in the store at the end; more than acknowledged, where the writer died between the flush and its word.</summary>
    public required long Stored { get; init; }

    public required long Missing { get; init; }
    public required long Duplicated { get; init; }

    public required double SlowestOpenMs { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, TortureJson.Default.TortureReport);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TortureReport))]
internal sealed partial class TortureJson : JsonSerializerContext;
