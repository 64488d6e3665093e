namespace EdgeDePin.Sharing;

/// <summary>
/// One instant on both clocks of a node. Leases, offers and deadlines are measured on <paramref name="Running"/>: a board
/// without a battery clock may jump by years, and no lease may end because of that.
/// </summary>
/// <param name="Running">Time on the monotonic clock; only differences mean anything.</param>
/// <param name="Wall">What the wall clock says (UTC); written into messages and shown, never compared.</param>
public readonly record struct Moment(TimeSpan Running, DateTimeOffset Wall)
{
    public static Moment Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new Moment(time.GetElapsedTime(startingTimestamp: 0), time.GetUtcNow());
    }
}
