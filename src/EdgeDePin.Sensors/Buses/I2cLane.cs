using System.Device.I2c;

namespace EdgeDePin.Sensors.Buses;

/// <summary>
/// One I2C bus as its users share it: transfers run one after the other on a thread of the bus, and who waits for one waits
/// only so long. A bus that hangs therefore holds that thread and nobody else's; it is asked again when the transfer returns.
/// </summary>
internal sealed class I2cLane(string name, Func<bool>? recover = null)
{
    /// <summary>Two of the longest clock stretches of any chip here (SCD30: 150 ms), and the kernel's own limit of a second.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1_500);

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    private readonly Lock _turn = new();
    private readonly object _asked = new();
    private I2cTransfer? _next;
    private I2cTransfer? _stuck;
    private Thread? _thread;

    /// <summary>How often a transfer did not return in time.</summary>
    public int Hangs { get; private set; }

    /// <summary>How often clocking has freed a held line.</summary>
    public int Recoveries { get; private set; }

    /// <summary>The device as its driver sees it: the same, on the lane.</summary>
    public I2cDevice On(I2cDevice device) => new LaneI2cDevice(device, this);

    /// <exception cref="BusHungException">This transfer, or an earlier one that still has not returned, hangs.</exception>
    public void Run(I2cTransfer transfer)
    {
        lock (_turn)
        {
            if (_stuck is { IsOver: false })
            {
                throw new BusHungException($"{name}: hangs since an earlier transfer");
            }

            _stuck = null;
            transfer.Begin();
            lock (_asked)
            {
                _next = transfer;
                if (_thread is null)
                {
                    _thread = new Thread(Work) { IsBackground = true, Name = name };
                    _thread.Start();
                }

                Monitor.Pulse(_asked);
            }

            if (transfer.Wait(Patience))
            {
                // Many controllers give up by themselves and report an error, each time: then it is the next transfer that succeeds.
                Recoveries += transfer.HasFailed && recover?.Invoke() == true ? 1 : 0;
                return;
            }

            Hangs++;
            // Clocking frees a chip that was interrupted in the middle of a byte (UM10204, section 3.1.16).
            bool freed = recover?.Invoke() == true;
            if (freed)
            {
                Recoveries++;
                if (transfer.Wait(Patience))
                {
                    return;
                }
            }

            _stuck = transfer;
            throw new BusHungException(
                $"{name}: no end of a transfer within {Patience.TotalMilliseconds:0} ms{(recover is null ? "" : freed ? "; it was clocked free, and the transfer has not ended all the same" : ", and it could not be clocked free by its recovery pins")}");
        }
    }

    private void Work()
    {
        ThreadUrgency.Claim();
        while (true)
        {
            I2cTransfer transfer;
            lock (_asked)
            {
                while (_next is null)
                {
                    if (!Monitor.Wait(_asked, Idle) && _next is null)
                    {
                        _thread = null;   // a bus that nobody uses any more keeps no thread
                        return;
                    }
                }

                (transfer, _next) = (_next, null);
            }

            transfer.Execute();
        }
    }
}
