using EdgeDePin.Model;

namespace EdgeDePin.Sensors.Sampling;

/// <summary>Several samples of one sensor, one right after the other, as one. Used again for the next.</summary>
internal sealed class SampleMean
{
    private readonly Quantity[] _quantities = new Quantity[SampleBuffer.Capacity];
    private readonly double[] _sums = new double[SampleBuffer.Capacity];
    private readonly int[] _counts = new int[SampleBuffer.Capacity];
    private int _count;

    public void Clear() => _count = 0;

    public void Take(ReadOnlySpan<Measurement> sample)
    {
        foreach (Measurement one in sample)
        {
            int at = Array.IndexOf(_quantities, one.Quantity, 0, _count);
            if (at < 0)
            {
                at = _count++;
                (_quantities[at], _sums[at], _counts[at]) = (one.Quantity, 0, 0);
            }

            // The mean of 359° and 1° is not 180°, and that of a counter is of no instant.
            bool isLast = one.Quantity == Quantity.WindDirection || one.Quantity.IsCounter;
            (_sums[at], _counts[at]) = isLast ? (one.Value, 1) : (_sums[at] + one.Value, _counts[at] + 1);
        }
    }

    public void WriteTo(SampleBuffer into)
    {
        into.Clear();
        for (int at = 0; at < _count; at++)
        {
            into.Add(_quantities[at], _sums[at] / _counts[at]);
        }
    }
}
