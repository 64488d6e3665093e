using System.Buffers.Text;
using EdgeDePin.Execution.Records;
using Microsoft.Win32.SafeHandles;

namespace EdgeDePin.Execution.Lanes;

/// <summary>
/// Temperature and clock of the processor, where Linux tells them (sysfs thermal and cpufreq). Read at most once a second by
/// whichever lane comes along; a machine without these files costs nothing.
/// </summary>
internal sealed class MachineState : IDisposable
{
    private const string ThermalFile = "/sys/class/thermal/thermal_zone0/temp";
    private const string FrequencyFile = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq";

    private readonly SafeFileHandle? _thermal = TryOpen(ThermalFile);
    private readonly SafeFileHandle? _frequency = TryOpen(FrequencyFile);
    private readonly long _period;
    private long _nextLook;

    public MachineState(TimeProvider time) => _period = time.TimestampFrequency;

    public sbyte TemperatureCelsius { get; private set; } = LaneRecord.NoTemperature;

    public ushort MegaHertz { get; private set; }

    public void LookIfDue(long stamp)
    {
        long due = Volatile.Read(ref _nextLook);
        if (stamp < due || (_thermal is null && _frequency is null)
            || Interlocked.CompareExchange(ref _nextLook, stamp + _period, due) != due)
        {
            return;
        }

        TemperatureCelsius = Number(_thermal) is long milli ? (sbyte)Math.Clamp(milli / 1000, -100, 127) : LaneRecord.NoTemperature;
        MegaHertz = Number(_frequency) is long kilo ? (ushort)Math.Clamp(kilo / 1000, 0, ushort.MaxValue) : (ushort)0;
    }

    public void Dispose()
    {
        _thermal?.Dispose();
        _frequency?.Dispose();
    }

    private static SafeFileHandle? TryOpen(string path)
    {
        try
        {
            return File.Exists(path) ? File.OpenHandle(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? Number(SafeFileHandle? file)
    {
        try
        {
            Span<byte> text = stackalloc byte[32];
            return file is not null && Utf8Parser.TryParse(text[..RandomAccess.Read(file, text, 0)], out long number, out _) ? number : null;
        }
        catch (IOException)
        {
            // Some boards refuse to tell while the sensor is busy; the next look will.
            return null;
        }
    }
}
