namespace EdgeDePin.Storage.Forwarding;

/// <summary>How a forwarder stands with its destination.</summary>
public enum ForwarderState
{
    /// <summary>Everything is sent.</summary>
    Idle,

    /// <summary>Points are on their way.</summary>
    Sending,

    /// <summary>The destination does not answer, or asks to wait; it is tried again for ever.</summary>
    Waiting,

    /// <summary>The destination refuses us: credentials or a missing database. Tried again, but somebody has to do something.</summary>
    Refused,
}

/// <summary>A forwarder at one moment, for display.</summary>
/// <param name="CursorSequence">Up to here the destination has acknowledged.</param>
/// <param name="HeadSequence">Up to here the store has committed.</param>
/// <param name="Forwarded">Points acknowledged since the start.</param>
/// <param name="Quarantined">Points that the destination refused for good, set aside in the store with its words.</param>
/// <param name="LastError">One line; null when the last request was taken.</param>
public sealed record ForwarderStatus(
    ForwarderState State, long CursorSequence, long HeadSequence, long Forwarded, long Quarantined, string? LastError)
{
    /// <summary>Sequences not yet acknowledged.</summary>
    public long LagPoints => HeadSequence - CursorSequence;
}
