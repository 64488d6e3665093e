using System.Globalization;
using System.Text;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An EZO circuit: ASCII commands, an answer that begins with a code and is not ready before its time.</summary>
public sealed class SimulatedEzo(EzoKind kind, EnvironmentSource environment, TimeProvider time, FaultPlan? faults, int address)
    : SimulatedI2cChip(address, time, faults, hasChecksum: false)
{
    private string? _answer;
    private byte _code = 255;
    private DateTimeOffset _readyAt;

    public override void PowerOn() => (_answer, _code) = (null, 255);

    protected override void Receive(ReadOnlySpan<byte> bytes)
    {
        string command = Encoding.ASCII.GetString(bytes).ToUpperInvariant();
        (_code, _answer) = command switch
        {
            "I" => ((byte)1, $"?i,{kind.Name},2.10"),
            "R" => ((byte)1, environment(kind.Measures[0], Now) is { } value ? (value / kind.Factor).ToString("0.000", CultureInfo.InvariantCulture) : "nan"),
            _ => ((byte)2, ""),
        };
        _readyAt = Now + TimeSpan.FromMilliseconds(command == "R" ? kind.Milliseconds : 300);
    }

    protected override void Send(Span<byte> bytes)
    {
        bytes.Clear();
        bytes[0] = Now < _readyAt ? (byte)254 : _code;
        if (bytes[0] == 1)
        {
            Encoding.ASCII.GetBytes(_answer!, bytes[1..]);
            (_answer, _code) = (null, 255);
        }
    }
}
