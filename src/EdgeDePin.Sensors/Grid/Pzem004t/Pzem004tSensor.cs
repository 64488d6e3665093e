using System.Collections.Immutable;
using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;

namespace EdgeDePin.Sensors.Grid.Pzem004t;

/// <summary>Peacefair PZEM-004T V3.0 on Modbus RTU: voltage, current, power, energy, frequency, power factor. See README.md beside this file.</summary>
public sealed class Pzem004tSensor(SensorId id, IModbusLink link, byte unit = ModbusSensor.DefaultUnit)
    : ModbusSensor(id, link, unit, Measures)
{
    public const int DefaultBaud = 9_600;

    private const int Registers = (int)Pzem004tRegister.Alarm + 1;

    public static ImmutableArray<Quantity> Measures { get; } =
        [Quantity.Voltage, Quantity.Current, Quantity.Power, Quantity.Energy, Quantity.Frequency, Quantity.PowerFactor];

    public static ISensor Open(SensorPlace place)
    {
        byte unit = (byte)place.Address(DefaultUnit, 1, 247);
        return new Pzem004tSensor(place.Id, place.Modbus(DefaultBaud), unit);
    }

    protected override async ValueTask<SensorFault?> MeasureAsync(SampleBuffer into, CancellationToken cancellationToken)
    {
        Answer<ushort[]> answer = await ReadAsync(ModbusFunction.InputRegisters, 0, Registers, cancellationToken);
        if (!answer.Failed(out SensorFault? fault, out ushort[]? registers))
        {
            Pzem004tConversion.Convert(registers, into);
        }

        return fault;
    }
}
