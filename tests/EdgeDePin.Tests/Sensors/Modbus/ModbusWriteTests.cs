using EdgeDePin.Model;
using EdgeDePin.Sensors.Modbus;
using EdgeDePin.Simulation.Chips;

namespace EdgeDePin.Tests.Sensors.Modbus;

public sealed class ModbusWriteTests
{
    // The examples of the Modbus Application Protocol V1.1b3, sections 6.6 and 6.12: 00 03 into register 2; 00 0A and 01 02 from register 2 on.
    [Fact]
    public void What_is_written_stands_in_the_question_as_in_the_specification()
    {
        ModbusRequest single = ModbusRequest.WriteSingle(1, 1, 3), several = ModbusRequest.Write(1, 1, 0x000A, 0x0102);
        Assert.Equal("0600010003", Convert.ToHexString(single.ToPdu()));
        Assert.Equal("10000100020" + "4000A0102", Convert.ToHexString(several.ToPdu()));
        Assert.Equal([3], ModbusPdu.Decode(Convert.FromHexString("0600010003"), single).Value!);
        Assert.Equal([0x000A, 0x0102], ModbusPdu.Decode(Convert.FromHexString("1000010002"), several).Value!);
    }

    [Theory]
    [InlineData("0600010004")]   // another value than was written
    [InlineData("0600020003")]   // another register
    [InlineData("06000100")]     // cut
    [InlineData("0402E2A8")]     // the answer to a question
    public void An_echo_of_something_else_is_no_success(string answer) => Assert.Equal(
        FaultKind.Corrupted, ModbusPdu.Decode(Convert.FromHexString(answer), ModbusRequest.WriteSingle(1, 1, 3)).Fault?.Kind);

    [Fact]
    public void A_refusal_is_told() => Assert.Contains(
        "illegal data value", ModbusPdu.Decode([0x90, 3], ModbusRequest.Write(1, 1, 1, 2)).Fault!.Detail, StringComparison.Ordinal);

    [Theory]
    [InlineData("10001400020440E00000", "1000140002")]     // 7.0 as the number of an SDM630
    [InlineData("10001400020443960000", "9003")]           // 300 is none
    [InlineData("1000140001020000", "9002")]               // half a float
    [InlineData("10050000020440E00000", "9002")]
    [InlineData("100014000204", "9003")]                   // no values
    [InlineData("1000140002", "9003")]
    [InlineData("1000140000", "9003")]
    [InlineData("0600140007", "8601")]                     // it knows no function 6
    public void A_simulated_meter_takes_what_a_real_one_takes(string question, string answer)
    {
        var meter = new SimulatedSdm630((_, _) => 230, TimeProvider.System);
        Assert.Equal(answer, Convert.ToHexString(meter.Answer(Convert.FromHexString(question))));
        string node = answer.StartsWith("10", StringComparison.Ordinal) ? "030440E00000" : "03043F800000";
        Assert.Equal(node, Convert.ToHexString(meter.Answer(Convert.FromHexString("0300140002"))));
    }
}
