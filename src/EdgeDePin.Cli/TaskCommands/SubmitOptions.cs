using EdgeDePin.Sharing.Mqtt;
using EdgeDePin.Sharing.Policy;

namespace EdgeDePin.Cli.TaskCommands;

/// <summary>What <c>task submit</c> was asked, checked.</summary>
internal sealed record SubmitOptions
{
    public required string File { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Where the neighbours meet, and by which certificates.</summary>
    public required MqttLinkOptions Broker { get; init; }

    public required string Site { get; init; }

    /// <summary>The requester's folder.</summary>
    public required string Data { get; init; }

    public required double Epsilon { get; init; }

    public required TaskPolicy Policy { get; init; }

    /// <summary>Millicredits for a million fuel.</summary>
    public required long MaxPrice { get; init; }

    public required long Fuel { get; init; }

    public required TimeSpan Timeout { get; init; }

    /// <summary>How long nobody may have any of the job before it is given up.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>Folder for outputs; null keeps none.</summary>
    public required string? Out { get; init; }

    public required string? Records { get; init; }

    public required string? Guest { get; init; }

    public required bool Json { get; init; }
}
