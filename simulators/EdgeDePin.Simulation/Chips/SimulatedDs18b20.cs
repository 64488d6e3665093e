using EdgeDePin.Model;
using EdgeDePin.Sensors.Weather.Ds18b20;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>A DS18B20 as its nine bytes; after power-on they hold 85 °C and 0C until a conversion.</summary>
public sealed class SimulatedDs18b20(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
{
    private readonly FaultPlan _faults = faults ?? FaultPlan.None;
    private bool _restarted;

    /// <summary>The next reading finds the value after power-on.</summary>
    public void PowerOn() => _restarted = true;

    public bool IsPlugged { get; set; } = true;

    /// <summary>As the kernel reads it: a flipped bit is kept, a short answer reads as ones, an absent slave as nothing.</summary>
    public byte[] Scratchpad()
    {
        BusFault fault = _faults.Next();
        if (!IsPlugged || fault == BusFault.NoAnswer || environment(Quantity.Temperature, time.GetUtcNow()) is not { } celsius)
        {
            return [];
        }

        int code = _restarted ? 0x0550 : Inverse.Steps(celsius, 1 / 16.0, -55 * 16, 125 * 16);
        byte count = _restarted ? (byte)0x0C : (byte)(0x10 - (code & 0x0F));
        count = !_restarted && code == 0x0550 ? (byte)0x10 : count;
        _restarted = false;
        byte[] bytes = [(byte)code, (byte)(code >> 8), 0x4B, 0x46, 0x7F, 0xFF, count, 0x10, 0];
        bytes[8] = Ds18b20Scratchpad.Crc(bytes.AsSpan(0, 8));
        if (fault == BusFault.ShortFrame)
        {
            bytes.AsSpan(4).Fill(0xFF);
        }

        return fault == BusFault.BitFlip ? _faults.Disturb(bytes, fault) : bytes;
    }
}
