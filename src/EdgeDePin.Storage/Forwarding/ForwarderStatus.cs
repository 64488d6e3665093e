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

/// <param name="CursorSequence">Up to here everything is delivered or quarantined.</param>
/// <param name="HeadSequence">Up to here the store has points.</param>
/// <param name="LagPoints">Points that wait.</param>
/// <param name="Forwarded">Points delivered since the start.</param>
/// <param name="Quarantined">Points that the server refused for good since the start.</param>
/// <param name="LastError">The last trouble in the server's words, also after it has passed; null when there was none.</param>
public sealed record ForwarderStatus(
    ForwarderState State, long CursorSequence, long HeadSequence, long LagPoints, long Forwarded, long Quarantined, string? LastError);
