using System.Device.I2c;
using EdgeDePin.Model;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Sensirion;
using EdgeDePin.Sensors.Weather.Sht4x;

namespace EdgeDePin.Tests.Sensors;

public sealed class AllocationTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task A_warm_driver_on_i2c_allocates_nothing()
    {
        var time = new JumpingTime();
        using var sensor = new Sht4xSensor(new SensorId("a"), new Answering(), time);
        var buffer = new SampleBuffer();
        await SampleAsync(sensor, buffer, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        await SampleAsync(sensor, buffer, 1_000);   // it ends on this thread: no wait takes time here
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(25, buffer.Measurements[0].Value, 0.001);
    }

    private static async Task SampleAsync(Sht4xSensor sensor, SampleBuffer buffer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (await sensor.SampleAsync(buffer, Never) is { } fault)
            {
                throw new InvalidOperationException(fault.Detail);
            }
        }
    }

    private sealed class Answering : I2cDevice
    {
        private readonly byte[] _words = new byte[2 * SensirionFrame.WordLength];

        public Answering() => SensirionFrame.Encode([0x6666, 0x6666], _words);

        public override I2cConnectionSettings ConnectionSettings { get; } = new(1, 0x44);

        public override void Read(Span<byte> buffer) => _words.AsSpan(0, buffer.Length).CopyTo(buffer);

        public override void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => Read(readBuffer);
    }

    // Waits are over as soon as they begin.
    private sealed class JumpingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Jump(this, callback, state);

        private sealed class Jump(JumpingTime time, TimerCallback callback, object? state) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    time._ticks += dueTime.Ticks;
                    callback(state);
                }

                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
