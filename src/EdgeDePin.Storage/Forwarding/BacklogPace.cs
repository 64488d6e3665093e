namespace EdgeDePin.Storage.Forwarding;

/// <summary>A token bucket of one second's worth: the backlog takes no more than its share of the link and the server.</summary>
/// <param name="pointsPerSecond">0 is without limit.</param>
internal sealed class BacklogPace(int pointsPerSecond, TimeProvider time)
{
    private double _tokens = pointsPerSecond;
    private long _filledAt = time.GetTimestamp();

    /// <summary>How long the backlog has to wait; zero when it may send a batch now.</summary>
    public TimeSpan Wait()
    {
        if (pointsPerSecond == 0)
        {
            return TimeSpan.Zero;
        }

        long now = time.GetTimestamp();
        _tokens = Math.Min(pointsPerSecond, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * pointsPerSecond));
        _filledAt = now;
        return _tokens > 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / pointsPerSecond);
    }

    /// <summary>Points that were sent. A batch may be larger than a second's worth: the debt is waited for.</summary>
    public void Spend(int points) => _tokens -= pointsPerSecond == 0 ? 0 : points;
}
