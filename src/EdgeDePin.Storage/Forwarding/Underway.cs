namespace EdgeDePin.Storage.Forwarding;

/// <summary>A request that is on its way before its turn: what it brings counts only when everything before it has arrived.</summary>
/// <param name="Began">Timestamp of the clock when it was sent.</param>
/// <param name="Answer">Never fails; null when it was given up, so nobody knows what the server made of it.</param>
internal sealed record Underway(Slice Slice, long Began, Task<Delivery?> Answer);
