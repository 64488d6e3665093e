using System.Device.I2c;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Buses;

/// <summary>
/// What all simulated chips on I2C share: they acknowledge or not, hang, and what they send is disturbed where a plan says so.
/// </summary>
/// <param name="hasChecksum">
/// The driver can tell a flipped bit. Where it cannot, the plan's faults become missing acknowledges; undetectable ones are a
/// matter of plausibility, not of the bus.
/// </param>
public abstract class SimulatedI2cChip(int address, TimeProvider time, FaultPlan? faults, bool hasChecksum) : I2cDevice
{
    private readonly FaultPlan _faults = faults ?? FaultPlan.None;
    private readonly ManualResetEventSlim _free = new(true);
    private readonly ManualResetEventSlim _never = new(false);
    private BusFault _pending;

    public override I2cConnectionSettings ConnectionSettings { get; } = new(1, address);

    /// <summary>While false nobody acknowledges at this address.</summary>
    public bool IsPlugged { get; set; } = true;

    /// <summary>While true every transfer blocks, as when a chip holds SCL low.</summary>
    public bool Hangs
    {
        get => !_free.IsSet;
        set
        {
            if (value)
            {
                _free.Reset();
            }
            else
            {
                _free.Set();
            }
        }
    }

    /// <summary>So much longer every transfer takes, in real time: the chip holds SCL low and then lets it go.</summary>
    public TimeSpan Stretch { get; set; }

    /// <summary>Its answers bear a checksum; of a chip without one a disturbed answer becomes a missing acknowledge.</summary>
    public bool HasChecksum => hasChecksum;

    protected TimeProvider Time => time;

    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>As after supply came on: nothing configured, nothing converted.</summary>
    public abstract void PowerOn();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin();
        Receive(buffer);
    }

    public override void Read(Span<byte> buffer)
    {
        Begin();
        Send(buffer);
        Disturb(buffer);
    }

    public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
    {
        Begin();
        Receive(writeBuffer);
        Send(readBuffer);
        Disturb(readBuffer);
    }

    /// <summary>Bytes from the driver.</summary>
    protected abstract void Receive(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes to the driver.</summary>
    /// <exception cref="IOException">The chip does not acknowledge being read now.</exception>
    protected abstract void Send(Span<byte> bytes);

    protected static IOException NotAcknowledged() => AbsentI2cDevice.NotAcknowledged();

    private void Begin()
    {
        _free.Wait();
        _never.Wait(Stretch);

        BusFault fault = _faults.Next();
        if (!IsPlugged || (fault != BusFault.None && (!HasChecksum || fault == BusFault.NoAnswer)))
        {
            throw NotAcknowledged();
        }

        // A command has no check of its own; the disturbance meets the next answer.
        _pending = fault == BusFault.None ? _pending : fault;
    }

    private void Disturb(Span<byte> bytes)
    {
        if (_pending == BusFault.BitFlip)
        {
            bytes[bytes.Length / 2] ^= 0x10;
        }
        else if (_pending == BusFault.ShortFrame)
        {
            bytes[(bytes.Length / 2)..].Fill(0xFF);   // the chip let go of SDA
        }

        _pending = BusFault.None;
    }
}
