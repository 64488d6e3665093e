namespace EdgeDePin.EdgeHub;

/// <summary>Where a client stands with its hub.</summary>
public enum HubLink
{
    /// <summary>Not started, or disposed.</summary>
    Closed,

    /// <summary>Trying, or waiting before the next try.</summary>
    Connecting,

    /// <summary>CONNACK came and the subscription stands.</summary>
    Connected,
}

/// <summary>A client's counters since it was made, for display.</summary>
/// <param name="Since">When <paramref name="Link"/> became what it is.</param>
/// <param name="Reconnects">Connections after the first one.</param>
/// <param name="Sent">Messages that the hub acknowledged.</param>
/// <param name="Waiting">Sends that wait for their turn, for the hub or for its acknowledgement.</param>
/// <param name="Received">Messages delivered to an input, copies included.</param>
/// <param name="Completed">Messages that a handler completed and that were acknowledged.</param>
/// <param name="Abandoned">Messages left to be delivered again: by their handler, or for want of one.</param>
/// <param name="Calls">Direct methods answered, with whatever status.</param>
/// <param name="LastError">The last thing that went wrong, one line; null if nothing has.</param>
public sealed record ModuleClientState(
    HubLink Link, DateTimeOffset Since, long Reconnects, long Sent, int Waiting, long Received, long Completed, long Abandoned, long Calls,
    string? LastError);
