using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeDePin.Execution.Scheduling;

/// <summary>A machine of a platform.</summary>
/// <param name="Cores">1 to 1024; each runs one task at a time.</param>
/// <param name="Speed">2 is twice as fast as the machine on which the run times were recorded. Above 0.</param>
public sealed record PlatformNode(string Name, int Cores, double Speed);

/// <summary>
/// Machines and the network between them: data between two nodes takes latency plus bytes over bandwidth, data within a node takes
/// nothing, and transfers do not disturb each other.
/// </summary>
public sealed record Platform
{
    public const int MaxCores = 4096;

    public required ImmutableArray<PlatformNode> Nodes { get; init; }

    /// <summary>Default 117e6: what a gigabit Ethernet carries.</summary>
    // Not init: the source-generated reader sets every init property, and with that forgets the default.
    public double BandwidthBytesPerSecond { get; set; } = 117e6;

    /// <summary>Default 0.</summary>
    public double LatencySeconds { get; set; }

    [JsonIgnore]
    public int Cores => Nodes.Sum(node => node.Cores);

    /// <summary>What all cores together do in a second.</summary>
    [JsonIgnore]
    public double TotalSpeed => Nodes.Sum(node => node.Cores * node.Speed);

    [JsonIgnore]
    public double FastestSpeed => Nodes.Max(node => node.Speed);

    /// <summary>Some equal cores in one machine.</summary>
    public static Platform Equal(int cores) => new Platform { Nodes = [new PlatformNode("here", cores, 1)] }.Validated();

    /// <exception cref="FormatException">Not a platform; the message names the value and what is expected.</exception>
    public static Platform Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return (JsonSerializer.Deserialize(json, PlatformJson.Default.Platform) ?? throw new FormatException("A platform is an object.")).Validated();
        }
        catch (JsonException error)
        {
            throw new FormatException(
                $"Not a platform at line {(error.LineNumber ?? 0) + 1}: {error.Message} Expected {{\"nodes\": [{{\"name\": \"a\", \"cores\": 4, \"speed\": 1}}], \"bandwidthBytesPerSecond\": 117e6}}.", error);
        }
    }

    private Platform Validated()
    {
        Require(!Nodes.IsDefaultOrEmpty, "There is no node.");
        foreach (PlatformNode node in Nodes)
        {
            if (node is null)
            {
                throw new FormatException("A node is null; expected is {\"name\": \"a\", \"cores\": 4, \"speed\": 1}.");
            }

            Require(!string.IsNullOrWhiteSpace(node.Name), "A node has no name.");
            Require(node.Cores is >= 1 and <= 1024, $"Node '{node.Name}' has {node.Cores} cores; 1 to 1024 are allowed.");
            Require(double.IsFinite(node.Speed) && node.Speed is > 0 and <= 1e6, $"Node '{node.Name}' has speed {node.Speed}; it must be above 0.");
        }

        Require(Nodes.Select(node => node.Name).Distinct(StringComparer.Ordinal).Count() == Nodes.Length, "Two nodes have the same name.");
        Require(Cores <= MaxCores, $"There are {Cores} cores; {MaxCores} are allowed.");
        Require(BandwidthBytesPerSecond > 0, $"bandwidthBytesPerSecond is {BandwidthBytesPerSecond}; it must be above 0.");
        Require(LatencySeconds >= 0 && double.IsFinite(LatencySeconds), $"latencySeconds is {LatencySeconds}; it must be 0 or more.");
        return this;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new FormatException(otherwise);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(Platform))]
internal sealed partial class PlatformJson : JsonSerializerContext;
