using System.Collections.Immutable;

namespace EdgeDePin.Sensors.Grid.Ade7953;

/// <summary>
/// Makes a block of equal steps from instant values as the bus gives them: voltage and current in turns, each at the middle of its
/// transfer. A thread that was interrupted leaves a gap, which is borne as long as it is short and seldom.
/// </summary>
/// <param name="hertz">Of the grid, 50 or 60.</param>
/// <param name="volts">Of the grid, effective.</param>
internal sealed class Ade7953Waveform(int hertz, double volts)
{
    /// <summary>Ten cycles of the slowest grid that is measured (15 % below), and some samples more.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(245);

    // A fifth of a cycle: across more even the fundamental would be guessed.
    private const double MostGap = 0.004;

    // Of the whole block.
    private const double MostMissing = 0.05;

    // Who waited longer for a transfer than twice the shortest does not know when its value was taken.
    private const double Slow = 2;

    private const int Neighbours = 6;

    private readonly List<double> _voltsAt = [];
    private readonly List<double> _volts = [];
    private readonly List<double> _amperesAt = [];
    private readonly List<double> _amperes = [];
    private double _fastest = double.PositiveInfinity;
    private double _missing;

    /// <summary>There is a whole block.</summary>
    public bool IsComplete => _voltsAt.Count > Neighbours && _voltsAt[^1] - _voltsAt[0] >= Length.TotalSeconds;

    public void Clear()
    {
        _voltsAt.Clear();
        _volts.Clear();
        _amperesAt.Clear();
        _amperes.Clear();
        _missing = 0;
    }

    /// <summary>A pair of values; all instants in seconds of one clock.</summary>
    /// <param name="begin">Of the transfer of the voltage.</param>
    /// <param name="between">Its end and the begin of that of the current.</param>
    /// <param name="end">Of that.</param>
    public void Add(double begin, double between, double end, int voltage, int current)
    {
        double longer = Math.Max(between - begin, end - between);
        _fastest = Math.Min(_fastest, longer);
        if (longer > Slow * _fastest)
        {
            return;
        }

        double at = (begin + between) / 2, gap = _voltsAt.Count > 0 ? at - _voltsAt[^1] : 0;
        _missing += gap > 2 * Slow * _fastest ? gap : 0;
        if (gap > MostGap || _missing > MostMissing * Length.TotalSeconds)
        {
            Clear();
        }

        _voltsAt.Add(at);
        _volts.Add(Ade7953Conversion.InstantVolts(voltage));
        _amperesAt.Add((between + end) / 2);
        _amperes.Add(Ade7953Conversion.InstantAmperes(current));
    }

    /// <summary>Null while it is not complete.</summary>
    public WaveformBlock? ToBlock()
    {
        if (!IsComplete)
        {
            return null;
        }

        // Not more samples than were taken: harmonics above half their rate are not there to be found.
        double from = _amperesAt[0], span = _voltsAt[^1] - from, step = span / (_voltsAt.Count - 1);
        int count = (int)(span / step);
        return new WaveformBlock(
            Resampled(_voltsAt, _volts, from, step, count), Resampled(_amperesAt, _amperes, from, step, count), 1 / step, hertz, volts);
    }

    // Lagrange's polynomial through the six nearest samples, which lie at unequal steps.
    private static ImmutableArray<double> Resampled(List<double> instants, List<double> values, double from, double step, int count)
    {
        var resampled = ImmutableArray.CreateBuilder<double>(count);
        for (int i = 0, next = 0; i < count; i++)
        {
            double at = from + (i * step);
            while (next < instants.Count && instants[next] <= at)
            {
                next++;
            }

            int first = Math.Clamp(next - (Neighbours / 2), 0, instants.Count - Neighbours);
            double value = 0;
            for (int one = first; one < first + Neighbours; one++)
            {
                double weight = 1;
                for (int other = first; other < first + Neighbours; other++)
                {
                    weight *= one == other ? 1 : (at - instants[other]) / (instants[one] - instants[other]);
                }

                value += weight * values[one];
            }

            resampled.Add(value);
        }

        return resampled.MoveToImmutable();
    }
}
