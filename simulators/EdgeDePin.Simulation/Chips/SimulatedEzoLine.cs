using System.Globalization;
using System.Text;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>An EZO circuit on a serial line: as delivered it says a value each second, until it is told to wait for questions.</summary>
public sealed class SimulatedEzoLine(EzoKind kind, EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private bool _isContinuous = true;
    private bool _isAsked;

    protected override TimeProvider Time => time;

    public override bool HasSettings => true;

    /// <summary>As after supply came on. That it waits for questions is kept.</summary>
    public override void PowerOn()
    {
        _isAsked = false;
        Say("*RS\r*RE\r"u8);
    }

    protected override byte[] Answer(ReadOnlySpan<byte> question)
    {
        string command = Encoding.ASCII.GetString(question).TrimEnd('\r').ToUpperInvariant();
        switch (command)
        {
            case "R":
                _isAsked = true;   // the value comes when it is measured
                return [];
            case "I":
                return Encoding.ASCII.GetBytes($"?i,{kind.Name},2.10\r*OK\r");
            case "C,0" or "C,1":
                _isContinuous = command == "C,1";
                return "*OK\r"u8.ToArray();
            default:
                return "*ER\r"u8.ToArray();
        }
    }

    protected override TimeSpan? SpeaksAfter(out byte[] report)
    {
        report = [];
        if (!_isAsked && !_isContinuous)
        {
            return null;
        }

        TimeSpan after = _isAsked ? TimeSpan.FromMilliseconds(kind.Milliseconds) : Period;
        if (environment(kind.Measures[0], time.GetUtcNow() + after) is { } value)
        {
            report = Encoding.ASCII.GetBytes((value / kind.Factor).ToString("0.000", CultureInfo.InvariantCulture) + (_isAsked ? "\r*OK\r" : "\r"));
        }

        _isAsked = false;
        return after;
    }
}
