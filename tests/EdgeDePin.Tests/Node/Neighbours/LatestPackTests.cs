using System.Text;
using EdgeDePin.Model;
using EdgeDePin.Node.Neighbours;
using EdgeDePin.Sensors;
using EdgeDePin.Sensors.Quality;

namespace EdgeDePin.Tests.Node.Neighbours;

public sealed class LatestPackTests
{
    private static readonly LatestValue[] Values =
    [
        new(Quantity.Temperature, -3.25, DateTimeOffset.UnixEpoch.AddSeconds(812.5), SensorDataClass.Site),
        new(Quantity.Pm25, 12, DateTimeOffset.UnixEpoch.AddSeconds(0.001), SensorDataClass.Owner),
        new(Quantity.Pressure, 101_325, DateTimeOffset.UnixEpoch, SensorDataClass.Public),
    ];

    [Fact]
    public void What_is_packed_within_a_device_is_unpacked_with_its_class()
    {
        LatestPack pack = LatestPack.Decode(new LatestPack("boot-1", null, Values).Encode());
        Assert.Equal(("boot-1", null), (pack.Boot, pack.Neighbour));
        Assert.Equal(Values, pack.Values);
    }

    [Fact]
    public void Between_devices_neither_class_nor_start_nor_sensor_is_told()
    {
        byte[] bytes = new LatestPack(null, null, Values[..1]).Encode();
        Assert.Equal("""{"values":[{"n":"temperature","v":-3.25,"t":812.5}]}""", Encoding.UTF8.GetString(bytes));
        Assert.Equal(Values[0] with { Class = SensorDataClass.LocalOnly }, Assert.Single(LatestPack.Decode(bytes).Values));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"values":{}}""")]
    [InlineData("""{"values":[7]}""")]
    [InlineData("""{"values":[{"n":"temperature","v":"20","t":1}]}""")]
    [InlineData("""{"values":[{"n":"temperature","v":1e999,"t":1}]}""")]
    [InlineData("""{"values":[{"n":"temperature","v":20,"t":-1}]}""")]
    [InlineData("""{"values":[{"n":"temperature","v":20,"t":1e300}]}""")]
    [InlineData("""{"values":[{"n":"temperature","v":20}]}""")]
    [InlineData("""{"values":[{"n":7,"v":20,"t":1}]}""")]
    [InlineData("""{"boot":"","values":[]}""")]
    [InlineData("""{"boot":7,"values":[]}""")]
    [InlineData("""{"values":[[[[[]]]]]}""")]
    public void What_is_no_pack_is_refused(string text) =>
        Assert.Throws<FormatException>(() => LatestPack.Decode(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Too_many_values_or_bytes_are_refused_before_they_are_read()
    {
        string value = """{"n":"temperature","v":20,"t":1}""";
        string Pack(int count) => $$"""{"values":[{{string.Join(',', Enumerable.Repeat(value, count))}}]}""";
        Assert.Equal(LatestPack.MostValues, LatestPack.Decode(Encoding.UTF8.GetBytes(Pack(LatestPack.MostValues))).Values.Count);
        Assert.Throws<FormatException>(() => LatestPack.Decode(Encoding.UTF8.GetBytes(Pack(LatestPack.MostValues + 1))));
        Assert.Throws<FormatException>(() => LatestPack.Decode(Encoding.UTF8.GetBytes(Pack(1) + new string(' ', LatestPack.MostBytes))));

        // No node has more quantities than fit.
        LatestValue[] all = [.. Quantity.All.Where(NeighbourCheck.IsComparable)
            .SelectMany(quantity => Enum.GetValues<SensorDataClass>().Select(one => new LatestValue(quantity, -12_345.678901234567, DateTimeOffset.UnixEpoch.AddDays(900), one)))];
        Assert.InRange(new LatestPack(new string('b', 36), null, all).Encode().Length, 1, LatestPack.MostBytes);
    }

    [Fact]
    public void A_quantity_of_a_later_version_is_left_out_and_a_class_of_one_is_the_strictest()
    {
        LatestPack pack = LatestPack.Decode("""{"boot":"b","values":[{"n":"gravity","v":9.8,"t":1},{"n":"temperature","v":20,"t":1,"class":"street"}]}"""u8.ToArray());
        Assert.Equal((Quantity.Temperature, SensorDataClass.LocalOnly), Assert.Single(pack.Values) is var one ? (one.Quantity, one.Class) : default);
    }

    [Fact]
    public void Disturbed_packs_are_packs_or_refused_and_nothing_else()
    {
        byte[] good = new LatestPack("boot-1", "neighbour", Values).Encode();
        var random = new Random(20261124);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. good];
            for (int hit = random.Next(1, 4); hit > 0; hit--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                LatestPack pack = LatestPack.Decode(bytes.AsMemory(0, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length)));
                Assert.All(pack.Values, one => Assert.True(double.IsFinite(one.Value)));
            }
            catch (FormatException)
            {
                // The only word of refusal.
            }
        }
    }
}
