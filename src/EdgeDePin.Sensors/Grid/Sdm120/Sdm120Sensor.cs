using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.Sdm120;

/// <summary>Eastron SDM120 single-phase meter over Modbus, RTU or TCP. See README.md beside this file.</summary>
public sealed class Sdm120Sensor(SensorId id, IModbusLink link, byte unit = ModbusSensor.DefaultUnit)
    : ModbusSensor(id, link, unit, Measures)
{
    /// <summary>As delivered; the SDM630 comes with 9600.</summary>
    public const int DefaultBaud = 2_400;

    private const int Span = (int)Sdm120Register.EnergyExported + 2;

    public static ImmutableArray<Quantity> Measures { get; } =
    [
        Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.ApparentPower, Quantity.ReactivePower, Quantity.PowerFactor,
        Quantity.Frequency, Quantity.Energy, Quantity.EnergyExported,
    ];

    /// <summary>Where the meter keeps each of <see cref="Measures"/>.</summary>
    public static ImmutableArray<Sdm120Register> Registers { get; } =
    [
        Sdm120Register.Voltage, Sdm120Register.Current, Sdm120Register.Power, Sdm120Register.ApparentPower,
        Sdm120Register.ReactivePower, Sdm120Register.PowerFactor, Sdm120Register.Frequency, Sdm120Register.EnergyImported,
        Sdm120Register.EnergyExported,
    ];

    public static ISensor Open(SensorPlace place)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        return new Sdm120Sensor(place.Id, place.Modbus(DefaultBaud), unit);
    }

    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Answer<ushort[]> answer = await ReadAsync(ModbusFunction.InputRegisters, 0, Span, cancellationToken);
        if (!answer.Failed(out SensorFault? fault, out ushort[]? registers))
        {
            for (int i = 0; i < Measures.Length; i++)
            {
                into.Add(Measures[i], ModbusFloat.HighFirst(registers, (int)Registers[i]));
            }
        }

        return fault;
    }
}
