using System.Reflection;
using System.Runtime.CompilerServices;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Buses;

namespace EdgeDePin.Tests.Sensors;

/// <summary>Drivers on I2C allocate nothing once they are warm. Simulated chips do, on the thread of their bus, which is another.</summary>
public sealed class AllocationTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    public static TheoryData<string> OnI2c =>
        [.. SensorCatalog.Chips.Values.Where(entry => entry.Buses.Contains(BusKind.I2c)).Select(entry => entry.Buses[0] == BusKind.I2c ? entry.Chip : $"{entry.Chip}@i2c").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(OnI2c))]
    public async Task A_warm_driver_on_i2c_allocates_nothing(string chip)
    {
        var time = new JumpingTime();
        using var place = new SimulatedPlace(chip, (quantity, _) => Mild(quantity), time);
        var buffer = new SampleBuffer();
        await SampleAsync(place.Sensor, buffer, time, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await SampleAsync(place.Sensor, buffer, time, 200);   // it ends on this thread: no wait takes time here
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(buffer.Count > 0);
    }

    // Where a wait does take time, a method goes on in an object of the pool, if its builder says so.
    [Fact]
    public void Each_method_of_a_driver_on_i2c_that_waits_takes_its_state_from_the_pool()
    {
        string[] own =
        [
            .. from type in typeof(I2cSensor).Assembly.GetTypes()
               where typeof(I2cSensor).IsAssignableFrom(type) || type.Name == "Ads1115Converter"
               from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
               where method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null
               where method.GetCustomAttribute<AsyncMethodBuilderAttribute>()?.BuilderType is not { } builder
                   || (builder != typeof(PoolingAsyncValueTaskMethodBuilder) && builder != typeof(PoolingAsyncValueTaskMethodBuilder<>))
               select $"{type.Name}.{method.Name}",
        ];
        Assert.Empty(own);
    }

    private static async Task SampleAsync(ISensor sensor, SampleBuffer buffer, JumpingTime time, int count)
    {
        for (int i = 0; i < count; i++)
        {
            time.Pass(TimeSpan.FromSeconds(10));   // longer than the interval of any chip
            if (await sensor.SampleAsync(buffer, Never) is { } fault)
            {
                throw new InvalidOperationException(fault.Detail);
            }
        }
    }

    private static double Mild(Quantity quantity) =>
        quantity == Quantity.Pressure ? 101_325 : quantity == Quantity.VocRaw ? 30_000 : quantity == Quantity.CarbonDioxide ? 600 : quantity == Quantity.Current ? 0.5 : 10;
}
