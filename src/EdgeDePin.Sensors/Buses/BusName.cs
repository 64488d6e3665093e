using System.Diagnostics.CodeAnalysis;

namespace EdgeDePin.Sensors.Buses;

/// <summary>A bus as it stands in a configuration: <c>i2c:1</c>, <c>serial:/dev/ttyUSB0</c>, <c>tcp:127.0.0.1:502</c>.</summary>
public abstract record BusName
{
    private BusName(BusKind kind) => Kind = kind;

    public BusKind Kind { get; }

    /// <param name="Bus">The number in <c>/dev/i2c-N</c>.</param>
    public sealed record I2c(int Bus) : BusName(BusKind.I2c)
    {
        public override string ToString() => $"i2c:{Bus}";
    }

    public sealed record Serial(string Port) : BusName(BusKind.Serial)
    {
        public override string ToString() => $"serial:{Port}";
    }

    public sealed record Tcp(string Host, int Port) : BusName(BusKind.Tcp)
    {
        public override string ToString() => $"tcp:{Host}:{Port}";
    }

    /// <param name="Pin">The number of the GPIO line, not that of the header.</param>
    public sealed record Gpio(int Pin) : BusName(BusKind.Gpio)
    {
        public override string ToString() => $"gpio:{Pin}";
    }

    /// <param name="Slave">As the kernel names it, e.g. <c>28-00000a1b2c3d</c>; empty for the only one on the bus.</param>
    public sealed record OneWire(string Slave) : BusName(BusKind.OneWire)
    {
        public override string ToString() => Slave.Length > 0 ? $"w1:{Slave}" : "w1";
    }

    /// <param name="Bus">As in <c>/dev/spidevBUS.SELECT</c>.</param>
    /// <param name="ChipSelect">Which of its lines selects the chip.</param>
    public sealed record Spi(int Bus, int ChipSelect) : BusName(BusKind.Spi)
    {
        public override string ToString() => $"spi:{Bus}.{ChipSelect}";
    }

    public static string Example(BusKind kind) => kind switch
    {
        BusKind.I2c => "'i2c:1'",
        BusKind.Serial => "'serial:/dev/ttyUSB0'",
        BusKind.Gpio => "'gpio:17'",
        BusKind.Spi => "'spi:0.0'",
        BusKind.OneWire => "'w1' or 'w1:28-00000a1b2c3d'",
        _ => "'tcp:192.168.1.20:502'",
    };

    public static bool TryParse(string? text, [NotNullWhen(true)] out BusName? bus)
    {
        string[] parts = (text ?? "").Split(':', 2);
        bus = parts switch
        {
            ["i2c", var number] when int.TryParse(number, out int n) && n is >= 0 and <= 255 => new I2c(n),
            ["serial", { Length: > 0 } port] => new Serial(port),
            ["gpio", var pin] when int.TryParse(pin, out int n) && n is >= 0 and <= 1_023 => new Gpio(n),
            ["spi", var line] when line.Split('.') is [var number, var select] && int.TryParse(number, out int n) && n is >= 0 and <= 255
                && int.TryParse(select, out int s) && s is >= 0 and <= 31 => new Spi(n, s),
            ["w1"] => new OneWire(""),
            ["w1", var slave] when IsSlave(slave) => new OneWire(slave),
            ["tcp", var endpoint] => Endpoint(endpoint),
            _ => null,
        };
        return bus is not null;
    }

    // It becomes part of a path: two hexadecimal digits of the family, a dash, twelve of the serial number, nothing else.
    private static bool IsSlave(string text) =>
        text.Length == 15 && text[2] == '-' && text.Remove(2, 1).All(char.IsAsciiHexDigit);

    // The last colon divides, so that an IPv6 address may hold others.
    private static Tcp? Endpoint(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), out int port) && port is > 0 and <= 65_535
            ? new Tcp(text[..colon].Trim('[', ']'), port)
            : null;
    }
}
