using System.Globalization;
using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Grid.Dsmr;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>The customer port of a DSMR 5 meter: a telegram each second, with what the environment has.</summary>
public sealed class SimulatedDsmr(EnvironmentSource environment, TimeProvider time, FaultPlan? faults = null)
    : SimulatedUartChip(faults)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private double _low = double.NaN;
    private double _counted;

    protected override TimeProvider Time => time;

    /// <summary>How far the meter's own clock is off.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>A telegram with its checksum.</summary>
    /// <param name="clockOffset">Of the instants that stand in it.</param>
    /// <param name="low">How much of the imported energy was counted at the low tariff, kWh; null: the meter has one tariff.</param>
    public static byte[] Telegram(EnvironmentSource environment, DateTimeOffset now, TimeSpan clockOffset = default, double? low = null)
    {
        var text = new StringBuilder();
        DateTimeOffset winter = (now + clockOffset).ToOffset(TimeSpan.FromHours(1));
        text.Append(CultureInfo.InvariantCulture, $"/SIM5\\EDGEDEPIN\r\n\r\n1-3:0.2.8(50)\r\n0-0:1.0.0({winter:yyMMddHHmmss}W)\r\n");
        double? power = environment(Quantity.Power, now) / 1_000;
        double? imported = environment(Quantity.Energy, now);
        Line("1-0:1.8.1", low ?? imported, "000000.000", "kWh");
        if (low is not null)
        {
            Line("1-0:1.8.2", imported - low, "000000.000", "kWh");
            text.Append(CultureInfo.InvariantCulture, $"0-0:96.14.0({(IsLow(now) ? 1 : 2):0000})\r\n");
        }

        Line("1-0:2.8.1", environment(Quantity.EnergyExported, now), "000000.000", "kWh");
        Line("1-0:1.7.0", power is null ? null : Math.Max(0, power.Value), "00.000", "kW");
        Line("1-0:2.7.0", power is null ? null : Math.Max(0, -power.Value), "00.000", "kW");
        Line("1-0:32.7.0", environment(Quantity.Voltage, now), "000.0", "V");
        Line("1-0:52.7.0", environment(Quantity.VoltageL2, now), "000.0", "V");
        Line("1-0:72.7.0", environment(Quantity.VoltageL3, now), "000.0", "V");
        Line("1-0:31.7.0", environment(Quantity.CurrentL1, now), "000.00", "A");
        Line("1-0:51.7.0", environment(Quantity.CurrentL2, now), "000.00", "A");
        Line("1-0:71.7.0", environment(Quantity.CurrentL3, now), "000.00", "A");
        if (environment(Quantity.Gas, now) is { } gas)
        {
            text.Append(CultureInfo.InvariantCulture, $"0-1:24.1.0(003)\r\n0-1:24.2.1({winter:yyMMddHHmmss}W)({gas:00000.000}*m3)\r\n");
        }

        text.Append('!');
        byte[] telegram = Encoding.ASCII.GetBytes(text.ToString());
        return [.. telegram, .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{DsmrChecksum.Of(telegram):X4}\r\n"))];

        void Line(string obis, double? value, string format, string unit)
        {
            if (value is { } number)
            {
                text.Append(obis).Append('(').Append(number.ToString(format, CultureInfo.InvariantCulture)).Append('*').Append(unit).Append(")\r\n");
            }
        }
    }

    /// <summary>At night, and on Saturdays and Sundays, energy is counted at the low tariff; by the meter's winter time.</summary>
    public static bool IsLow(DateTimeOffset instant)
    {
        DateTimeOffset winter = instant.ToOffset(TimeSpan.FromHours(1));
        return winter.Hour is >= 23 or < 7 || winter.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
    }

    // Two registers of one counter: each second's energy goes to that whose time it is. Three fifths of the years before were cheap.
    private double? Low(DateTimeOffset then)
    {
        if (environment(Quantity.Energy, then) is not { } counted)
        {
            return null;
        }

        _low = double.IsNaN(_low) || counted < _counted ? 0.6 * counted : IsLow(then) ? _low + counted - _counted : _low;
        _counted = counted;
        return _low;
    }

    protected override byte[] Answer(ReadOnlySpan<byte> question) => [];

    protected override TimeSpan? SpeaksAfter(out byte[] report)
    {
        DateTimeOffset then = time.GetUtcNow() + Period;
        report = environment(Quantity.Power, then) is null ? [] : Telegram(environment, then, ClockOffset, Low(then));
        return Period;
    }
}
