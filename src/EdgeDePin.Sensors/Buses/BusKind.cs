namespace EdgeDePin.Sensors.Buses;

/// <summary>The kinds of wire between a node and a chip.</summary>
public enum BusKind
{
    I2c,
    Serial,
    Tcp,
    Gpio,
    OneWire,
    Spi,
}
