using System.Collections.Frozen;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.AirQuality.Pms5003;
using EdgeDePin.Sensors.AirQuality.Sps30;
using EdgeDePin.Sensors.Buses;
using EdgeDePin.Sensors.Grid.Ina219;
using EdgeDePin.Sensors.Grid.Ina226;
using EdgeDePin.Sensors.Water.Ezo;
using EdgeDePin.Sensors.Weather.Bme280;
using EdgeDePin.Sensors.Weather.Bmp388;
using EdgeDePin.Simulation.Buses;
using EdgeDePin.Simulation.Scenarios;

namespace EdgeDePin.Simulation.Chips;

/// <summary>Every chip of <see cref="SensorCatalog"/> as a simulated one on a simulated bus.</summary>
public static class SimulatedChips
{
    private const string Line = "/dev/sim";
    private const string Slave = "28-00000a1b2c3d";
    private const int AnemometerPin = 5;
    private const int RainGaugePin = 6;

    /// <summary>Wires a chip to the buses of a place; returns the name of the bus.</summary>
    private static readonly FrozenDictionary<string, Func<ChipPlace, string>> Wirings = new Dictionary<string, Func<ChipPlace, string>>(StringComparer.Ordinal)
    {
        ["bme280"] = place => place.IsFor(BusKind.Spi)
            ? place.Spi(new SimulatedBme280(place.Environment, place.Time, place.Faults))
            : place.I2c(0x76, (address) => new SimulatedBme280(place.Environment, place.Time, place.Faults, address: address)),
        ["bmp280"] = place => place.I2c(0x76, (address) => new SimulatedBme280(place.Environment, place.Time, place.Faults, address: address)
        {
            [Bme280Register.Id] = Bme280Sensor.Bmp280ChipId,
        }),
        ["bmp388"] = place => place.I2c(0x76, (address) => new SimulatedBmp388(place.Environment, place.Time, place.Faults, address: address)),
        ["bmp390"] = place => place.I2c(0x76, (address) => new SimulatedBmp388(place.Environment, place.Time, place.Faults, Bmp388Sensor.Bmp390ChipId, address)),
        ["sht3x"] = place => place.I2c(0x44, (address) => new SimulatedSht3x(place.Environment, place.Time, place.Faults, address)),
        ["sht4x"] = place => place.I2c(0x44, (address) => new SimulatedSht4x(place.Environment, place.Time, place.Faults, address)),
        ["ds18b20"] = place => place.OneWire(Slave, new SimulatedDs18b20(place.Environment, place.Time, place.Faults)),
        ["bh1750fvi"] = place => place.I2c(0x23, (address) => new SimulatedBh1750fvi(place.Environment, place.Time, place.Faults, address)),
        ["veml7700"] = place => place.I2c(0x10, (address) => new SimulatedVeml7700(place.Environment, place.Time, place.Faults, address)),
        ["ads1115"] = place => place.I2c(0x48, (address) => SimulatedAds1115.WithInputs(place.Environment, place.Time, place.Faults, address)),
        ["windvane"] = place => place.I2c(0x48, (address) => SimulatedAds1115.WithVane(place.Environment, place.Time, place.Faults, address)),
        ["anemometer"] = place => place.Pulses(new SimulatedAnemometer(place.Buses.Gpio, AnemometerPin, place.Environment, place.Time), AnemometerPin),
        ["raingauge"] = place => place.Pulses(new SimulatedRainGauge(place.Buses.Gpio, RainGaugePin, place.Environment, place.Time), RainGaugePin),
        ["pms5003"] = place => place.Serial(Line, new SimulatedPms5003(Pms5003Model.Pms5003, place.Environment, place.Time, place.Faults)),
        ["pms3003"] = place => place.Serial(Line, new SimulatedPms5003(Pms5003Model.Pms3003, place.Environment, place.Time, place.Faults)),
        ["pms5003t"] = place => place.Serial(Line, new SimulatedPms5003(Pms5003Model.Pms5003T, place.Environment, place.Time, place.Faults)),
        ["sds011"] = place => place.Serial(Line, new SimulatedSds011(place.Environment, place.Time, place.Faults)),
        ["sps30"] = place => place.IsFor(BusKind.I2c)
            ? place.I2c(Sps30I2cSensor.DefaultI2cAddress, (address) => new SimulatedSps30I2c(place.Environment, place.Time, place.Faults, address))
            : place.Serial(Line, new SimulatedSps30(place.Environment, place.Time, place.Faults)),
        ["scd30"] = place => place.I2c(0x61, (address) => new SimulatedScd30(place.Environment, place.Time, place.Faults, address)),
        ["scd4x"] = place => place.I2c(0x62, (address) => new SimulatedScd4x(place.Environment, place.Time, place.Faults, address)),
        ["sgp40"] = place => place.I2c(0x59, (address) => new SimulatedSgp40(place.Environment, place.Time, place.Faults, address)),
        ["mhz19b"] = place => place.Serial(Line, new SimulatedMhz19b(place.Environment, place.Time, place.Faults)),
        ["hpma115"] = place => place.Serial(Line, new SimulatedHpma115(place.Environment, place.Time, place.Faults)),
        ["pzem004t"] = place => place.Modbus(Line, new SimulatedPzem004t(place.Environment, place.Time)),
        ["sdm120"] = place => place.Modbus(Line, new SimulatedSdm120(place.Environment, place.Time)),
        ["sdm630"] = place => place.Modbus(Line, new SimulatedSdm630(place.Environment, place.Time)),
        ["sunspec"] = place => place.Modbus(Line, new SimulatedSunSpec(place.Environment, place.Time)),
        ["sunspec-meter"] = place => place.Modbus(Line, new SimulatedSunSpec(place.Environment, place.Time)),
        ["dsmr"] = place => place.Serial(Line, new SimulatedDsmr(place.Environment, place.Time, place.Faults)),
        ["ina219"] = place => place.I2c(0x40, (address) => new SimulatedIna219(
            place.Environment, place.Time, place.Faults, address, place.Options.ShuntOhms ?? Ina219Sensor.DefaultShuntOhms)),
        ["ina226"] = place => place.I2c(0x40, (address) => new SimulatedIna226(
            place.Environment, place.Time, place.Faults, address, place.Options.ShuntOhms ?? Ina226Sensor.DefaultShuntOhms)),
        ["ade7953"] = place => place.I2c(0x38, (address) => new SimulatedAde7953(place.Environment, place.Time, place.Faults, address)),
        ["ezo-ph"] = place => Ezo(place, EzoKind.Acidity, EzoSensor.DefaultAcidityAddress),
        ["ezo-ec"] = place => Ezo(place, EzoKind.Conductivity, EzoSensor.DefaultConductivityAddress),
        ["ezo-do"] = place => Ezo(place, EzoKind.DissolvedOxygen, EzoSensor.DefaultDissolvedOxygenAddress),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Puts the chip on its bus, and tells how that is called.</summary>
    /// <exception cref="FormatException">There is no simulated one.</exception>
    public static string Wire(ChipPlace place) =>
        Wirings.TryGetValue(place.Options.Chip, out Func<ChipPlace, string>? wire)
            ? wire(place)
            : throw new FormatException($"{place.Options.Chip}: there is no simulated one; set Bus to a real bus.");

    private static string Ezo(ChipPlace place, EzoKind kind, int byDefault) => place.IsFor(BusKind.Serial)
        ? place.Serial(Line, new SimulatedEzoLine(kind, place.Environment, place.Time, place.Faults))
        : place.I2c(byDefault, (address) => new SimulatedEzo(kind, place.Environment, place.Time, place.Faults, address));
}
