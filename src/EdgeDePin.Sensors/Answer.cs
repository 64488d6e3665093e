using System.Diagnostics.CodeAnalysis;
using EdgeDePin.Model;

namespace EdgeDePin.Sensors;

/// <summary>What came back over a bus: a value, or the fault that took its place.</summary>
public readonly struct Answer<T>
    where T : class
{
    private Answer(T? value, SensorFault? fault) => (Value, Fault) = (value, fault);

    public T? Value { get; }

    public SensorFault? Fault { get; }

    public bool Failed([NotNullWhen(true)] out SensorFault? fault, [NotNullWhen(false)] out T? value)
    {
        (fault, value) = (Fault, Value);
        return fault is not null;
    }

    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(SensorFault fault) => new(null, fault);
}
