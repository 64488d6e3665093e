namespace EdgeDePin.Sharing.Mqtt;

/// <summary>
/// Waits that double up to a limit, each drawn from the whole span below it: a street of nodes that lost its broker together
/// must not come back together.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private int _attempts;

    public TimeSpan Next()
    {
        double ceiling = Math.Min(first.TotalSeconds * Math.Pow(2, _attempts++), longest.TotalSeconds);
        return TimeSpan.FromSeconds(ceiling * random.NextDouble());
    }

    public void Reset() => _attempts = 0;
}
