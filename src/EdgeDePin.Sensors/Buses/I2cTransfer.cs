using System.Device.I2c;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace EdgeDePin.Sensors.Buses;

/// <summary>One transfer with buffers of its own: it may end after its asker has given up.</summary>
internal sealed class I2cTransfer(I2cDevice device)
{
    private readonly object _end = new();
    private bool _isOver = true;
    private readonly byte[] _written = new byte[Longest];
    private readonly byte[] _read = new byte[Longest];
    private ExceptionDispatchInfo? _error;
    private int _writeCount;
    private int _readCount;

    /// <summary>Bytes in one direction; the longest of any chip here is 60.</summary>
    public const int Longest = 256;

    public bool IsOver
    {
        get
        {
            lock (_end)
            {
                return _isOver;
            }
        }
    }

    /// <summary>Of one that is over.</summary>
    public bool HasFailed => _error is not null;

    public void Prepare(ReadOnlySpan<byte> write, int read)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(write.Length, Longest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(read, Longest);
        write.CopyTo(_written);
        (_writeCount, _readCount, _error) = (write.Length, read, null);
    }

    public void Begin()
    {
        lock (_end)
        {
            _isOver = false;
        }
    }

    /// <summary>False if it goes on.</summary>
    public bool Wait(TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_end)
        {
            while (!_isOver)
            {
                TimeSpan left = patience - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_end, left))
                {
                    return _isOver;
                }
            }

            return true;
        }
    }

    public void Execute()
    {
        try
        {
            ReadOnlySpan<byte> write = _written.AsSpan(0, _writeCount);
            Span<byte> read = _read.AsSpan(0, _readCount);
            if (_readCount == 0)
            {
                device.Write(write);
            }
            else if (_writeCount == 0)
            {
                device.Read(read);
            }
            else
            {
                device.WriteRead(write, read);
            }
        }
        catch (Exception error)   // a device of foreign code: whatever it throws belongs to the one who asked
        {
            _error = ExceptionDispatchInfo.Capture(error);
        }

        lock (_end)
        {
            _isOver = true;
            Monitor.PulseAll(_end);
        }
    }

    public void Take(Span<byte> into)
    {
        _error?.Throw();
        _read.AsSpan(0, _readCount).CopyTo(into);
    }
}
