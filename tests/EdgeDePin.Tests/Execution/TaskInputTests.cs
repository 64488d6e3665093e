using CsCheck;
using EdgeDePin.Execution;

namespace EdgeDePin.Tests.Execution;

public sealed class TaskInputTests
{
    [Fact]
    public void Unpacking_gives_what_was_packed() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 40].List[0, 5]).Sample((own, dependencies) =>
        {
            TaskInput input = new(own, dependencies);
            TaskInput unpacked = TaskInput.Unpack(input.Pack());
            Assert.Equal(own, unpacked.Own);
            Assert.Equal(dependencies, unpacked.Dependencies);
            Assert.Equal(input.Identify(), unpacked.Identify());
        });

    // RFC 8949 appendix A: h'01020304' is 44 01020304, an array of two is 82.
    [Fact]
    public void The_packed_form_is_two_byte_string_levels() =>
        Assert.Equal("8244010203048141FF", Convert.ToHexString(new TaskInput([1, 2, 3, 4], [[0xFF]]).Pack()));

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("83414141")]
    [InlineData("82410180FF")]            // a byte too many
    [InlineData("8258010180")]            // a length in a longer form than needed is not canonical
    [InlineData("8241019A7FFFFFFF4101")]  // a foreign length must not size our memory
    [InlineData("824101819F")]
    public void Anything_else_is_refused(string hex) =>
        Assert.StartsWith("Not a packed task input", Assert.Throws<FormatException>(() => TaskInput.Unpack(Convert.FromHexString(hex))).Message, StringComparison.Ordinal);
}
