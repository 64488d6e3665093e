namespace EdgeDePin.Storage;

/// <param name="Sequence">Position in the store, from 1, growing with every append: what a cursor counts.</param>
public readonly record struct StoredPoint(long Sequence, Point Point);

/// <summary>A point that could not be kept, or that a destination refused for good.</summary>
/// <param name="At">When it was set aside (UTC).</param>
/// <param name="Destination">The forwarder whose server refused it; empty where the store itself did.</param>
/// <param name="Line">The point as line protocol, ready to be corrected and sent again.</param>
/// <param name="Reason">In the words of whoever refused it.</param>
/// <param name="Number">From 1, as they were set aside; 0 for one that is not yet.</param>
public sealed record QuarantinedPoint(DateTimeOffset At, string Destination, string Line, string Reason, long Number = 0);
