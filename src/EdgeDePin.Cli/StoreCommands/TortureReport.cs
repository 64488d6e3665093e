using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Cli.StoreCommands;

/// <summary>What came of ending a writer again and again. Every violation is a sentence; there should be none.</summary>
internal sealed record TortureReport
{
    public required int Seed { get; init; }

    /// <summary>How the writers ended.</summary>
    public required string Disaster { get; init; }

    public required int Kills { get; init; }

    /// <summary>Of them, before the store was open.</summary>
    public required int WhileOpening { get; init; }

    /// <summary>Appends that failed, after which the writer appended the same points again.</summary>
    public required long FailedAppends { get; init; }

    /// <summary>Points whose append had returned when the writer died.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Points that the store had; more than acknowledged, where the writer died between the flush and its word.</summary>
    public required long Stored { get; init; }

    /// <summary>Of them, dropped by retention, and counted.</summary>
    public required long Dropped { get; init; }

    /// <summary>Points beside the numbers that thinning took before anything was dropped, and counted.</summary>
    public required long Thinned { get; init; }

    public required long Missing { get; init; }
    public required long Duplicated { get; init; }

    /// <summary>Ends that left half a frame, which the next start cut off, kept aside and reported; none was acknowledged.</summary>
    public required long Torn { get; init; }

    public required double SlowestOpenMs { get; init; }
    public required double Seconds { get; init; }

    public required IReadOnlyList<string> Violations { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, TortureJson.Default.TortureReport);

    public override string ToString() =>
        $"{Kills} times '{Disaster}' in {Seconds} s ({WhileOpening} while the store opened), {Acknowledged} points acknowledged, {Stored} stored, "
        + $"{Thinned} thinned and {Dropped} dropped by retention, {Missing} missing, {Duplicated} twice, {Torn} torn ends, slowest start {SlowestOpenMs} ms, seed {Seed}: "
        + (Violations.Count == 0 ? "no violation." : "VIOLATED.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TortureReport))]
internal sealed partial class TortureJson : JsonSerializerContext;
