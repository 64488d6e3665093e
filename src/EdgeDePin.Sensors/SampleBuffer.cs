using EdgeDePin.Model;

namespace EdgeDePin.Sensors;

/// <summary>
/// Where a driver puts what it measured. Its asker owns it and uses it again for the next sample, so that sampling allocates
/// nothing.
/// </summary>
public sealed class SampleBuffer
{
    /// <summary>More than any chip of the catalogue measures at once.</summary>
    public const int Capacity = 40;

    private readonly Measurement[] _measurements = new Measurement[Capacity];

    public int Count { get; private set; }

    public ReadOnlySpan<Measurement> Measurements => _measurements.AsSpan(0, Count);

    /// <summary>A value that is not finite is left out: the chip does not have it, and the sample is incomplete.</summary>
    public void Add(Quantity quantity, double value)
    {
        if (double.IsFinite(value))
        {
            _measurements[Count++] = new Measurement(quantity, value);
        }
    }

    /// <summary>What a chip that delivers blocks has taken with this sample; null of all others.</summary>
    public WaveformBlock? Waveform { get; set; }

    /// <summary>A chip that delivers blocks could not take one with this sample: the machine or its bus was too busy.</summary>
    public bool HasMissedWaveform { get; set; }

    public void Clear() => (Count, Waveform, HasMissedWaveform) = (0, null, false);
}
