namespace EdgeDePin.Storage.Forwarding;

/// <summary>What a forwarder is doing.</summary>
public enum ForwarderState
{
    /// <summary>Everything stored has been delivered.</summary>
    Idle,

    /// <summary>There is a backlog, and the server takes it.</summary>
    Forwarding,

    /// <summary>The server cannot be reached or is overloaded; points wait in the store.</summary>
    Waiting,

    /// <summary>The server refuses our credentials or has no such database; somebody must act. Tried again slowly.</summary>
    Refused,
}

/// <summary>How far a destination is, at one moment.</summary>
public sealed record ForwarderStatus
{
    /// <summary>The name of the destination's cursor.</summary>
    public required string Name { get; init; }

    public required ForwarderState State { get; init; }

    /// <summary>Who answers there; null until somebody has.</summary>
    public ServerIdentity? Server { get; init; }

    /// <summary>Up to here everything is delivered or quarantined.</summary>
    public required long CursorSequence { get; init; }

    /// <summary>Up to here the store has points.</summary>
    public required long HeadSequence { get; init; }

    /// <summary>Up to here the live lane has delivered; beyond the cursor while a backlog waits.</summary>
    public required long LiveSequence { get; init; }

    /// <summary>Points that wait, in both lanes.</summary>
    public required long LagPoints { get; init; }

    /// <summary>Points newer than the live lane.</summary>
    public long LiveLagPoints => Math.Max(0, HeadSequence - LiveSequence);

    /// <summary>Older points, which the backlog lane brings.</summary>
    public long BacklogPoints => Math.Max(0, LagPoints - LiveLagPoints);

    /// <summary>Points delivered since the start.</summary>
    public long Forwarded { get; init; }

    /// <summary>Points that the server refused for good since the start.</summary>
    public long Quarantined { get; init; }

    /// <summary>The last trouble in the server's words, also after it has passed; null when there was none.</summary>
    public string? LastError { get; init; }
}
