namespace EdgeDePin.Model;

/// <summary>A sensor of one node, by the name that its owner's configuration gives it.</summary>
public readonly record struct SensorId
{
    private readonly string? _value;

    /// <exception cref="FormatException">Empty, longer than 64 characters, or outside A-Z a-z 0-9 - _ .</exception>
    public SensorId(string value) => _value = Names.Check(value, "sensor id");

    public string Value => _value ?? string.Empty;

    public override string ToString() => Value;
}
