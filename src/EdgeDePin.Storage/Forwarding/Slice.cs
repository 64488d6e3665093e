namespace EdgeDePin.Storage.Forwarding;

/// <summary>What one lane takes from the store at once.</summary>
/// <param name="Points">Those that the destination gets; may be empty.</param>
/// <param name="End">The last sequence looked at: with the points delivered, everything up to here is.</param>
/// <param name="Body">All of the points as a body, where that was made ahead.</param>
internal sealed record Slice(bool IsLive, IReadOnlyList<StoredPoint> Points, long End, PreparedBody? Body = null);
